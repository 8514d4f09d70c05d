"""What the audit asks for the sake of targets: the question of each, for whoever reads."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from content.models import Target
from content.query import Query, Terms

TOLD = ("kind", "term__vocabulary", "stage__journey", "segment", "channel")  # what is read of a target


def questions_of(targets: Iterable[Target], readers: Sequence[Query]) -> dict[Query, Target]:
    """The questions whether what ``targets`` want is there, as ``readers`` put them; of targets that ask the same
    the one that names more.

    A target without a stage asks at all stages of the reader's journey that the reader asks for.
    """
    by_names = sorted(targets, key=lambda one: (bool(one.channel_id) + bool(one.locale_id), bool(one.journey_id)))
    return {_at_target(target, reader): target for target in by_names for reader in readers if _is_met(target, reader)}


def _is_met(target: Target, reader: Query) -> bool:
    on_channel = reader.channel is None or target.channel_id in (None, getattr(reader.channel, "pk", None))
    return target.locale_id in (None, reader.locale.pk) and on_channel


def _at_target(target: Target, reader: Query) -> Query:
    return replace(
        reader,
        stages=(target.stage,) if target.stage else reader.stages,
        kinds=(target.kind.pk,) if target.kind else (),
        terms=Terms(all=(target.term,) if target.term else ()),
        segment=target.segment,
        channel=target.channel or reader.channel,
    )


def target_text(target: Target) -> str:
    """The kind and the purpose that it names, by their titles: “Review” for “Proof”; empty for none."""
    return " for ".join(f"“{one.title}”" for one in (target.kind, target.term) if one)


def slugs_of(target: Target) -> dict[str, str]:
    """The same as the API names them."""
    kind = {"kind": target.kind.slug} if target.kind else {}
    return {**kind, "term": f"{target.term.vocabulary.slug}:{target.term.slug}"} if target.term else kind
