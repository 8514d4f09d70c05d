"""What the audit asks for the sake of targets: the question of each, for whoever reads."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from content.audit.evidence import Evidence
from content.models import Target
from content.query import Query, Terms

RELATED = ("kind", "term__vocabulary", "stage__journey", "segment", "channel")  # what is read with a target


def questions_of(targets: Iterable[Target], readers: Sequence[Query]) -> dict[Query, Target]:
    """Returns the questions whether what ``targets`` want is there, as ``readers`` put them; of targets that ask the
    same the one that names more.

    A target without a stage asks at all stages of the reader's journey that the reader asks for.
    """
    # The later of two in a dictionary counts, so those that name more come last.
    by_names = sorted(targets, key=lambda item: (bool(item.channel_id) + bool(item.locale_id), bool(item.journey_id)))
    return {_question(target, reader): target for target in by_names for reader in readers if _fits(target, reader)}


def _fits(target: Target, reader: Query) -> bool:
    on_channel = reader.channel is None or target.channel_id in (None, getattr(reader.channel, "pk", None))
    return target.locale_id in (None, reader.locale.pk) and on_channel


def _question(target: Target, reader: Query) -> Query:
    return replace(
        reader,
        stages=(target.stage,) if target.stage else reader.stages,
        kinds=(target.kind.pk,) if target.kind else (),
        terms=Terms(all=(target.term,) if target.term else ()),
        segment=target.segment,
        channel=target.channel or reader.channel,
    )


def target_text(target: Target) -> str:
    """Returns the kind and the purpose that it names, by their titles: “Review” for “Proof”; empty for none."""
    if target.kind and target.term:
        return _("“%(kind)s” for “%(term)s”") % {"kind": target.kind.title, "term": target.term.title}
    named = target.kind or target.term
    return _("“%(title)s”") % {"title": named.title} if named else ""


def target_slugs(target: Target) -> Evidence:
    """Returns the same as the API names them."""
    slugs: Evidence = {"kind": target.kind.slug} if target.kind else {}
    if target.term:
        slugs["term"] = f"{target.term.vocabulary.slug}:{target.term.slug}"
    return slugs


def target_detail(target: Target) -> str:
    """Returns what distinguishes findings of this target from those of another at the same place."""
    return ":".join(str(slug) for slug in target_slugs(target).values())
