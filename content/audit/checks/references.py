"""Whether what live texts lead to is shown: the targets of their primary steps, and of their links."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.audit.checks.texts import LiveTexts
from content.audit.evidence import Evidence, id_evidence
from content.audit.finding import Finding, of_asset
from content.instants import EPOCH, STEP, day_of, micros
from content.models import Showing
from content.models.showing import ANYONE, ANYWHERE


def reference_findings(texts: LiveTexts) -> Iterator[Finding]:
    """Yields ``cta_target_dead``, ``cta_target_expires`` and ``link_dead``. One statement."""
    yield from _targets(texts)
    yield from _links(texts)


def _targets(texts: LiveTexts) -> Iterator[Finding]:
    """Whether readers are shown what the primary step of a text leads to, as it is now; and whether they will be as
    long as the text is."""
    steps = texts.steps
    primary = {text: steps[text.steps_text][0] for text in texts.true if steps[text.steps_text]}
    ends = _ends({step["asset"] for step in primary.values() if step["asset"]}, at=texts.at)
    shown = {pk: {text.asset_id for text in own} for pk, own in texts.live.items()}
    for text, step in primary.items():
        if not step["asset"]:
            continue
        context, ids = texts.context(text.locale_id), id_evidence([text.public_id])
        last = ends.get((text.locale_id, step["asset"]), 0)
        if step["asset"] not in shown[text.locale_id]:
            message = _("Its primary next step, “%(label)s”, leads to something that is not shown.")
            remedy = _("Publish the target again, or choose another.")
            yield Finding("cta_target_dead", of_asset(text), context, message % {"label": step["label"]}, remedy, ids)
        elif last < text.live_until:
            day = day_of(EPOCH + last * STEP)
            message = _("Its primary next step, “%(label)s”, leads to something that ends on %(day)s, before it does.")
            message %= {"label": step["label"], "day": date_format(day)}
            remedy = _("Extend the target, or choose another.")
            yield Finding("cta_target_expires", of_asset(text), context, message, remedy, {**ids, "date": str(day)})


def _links(texts: LiveTexts) -> Iterator[Finding]:
    """Whether readers are shown what the links of a text lead to."""
    shown = {pk: {text.public_id for text in own} for pk, own in texts.live.items()}
    for text in texts.true:
        dead = [uid for uid in texts.words[text.edition_id].links if uid not in shown[text.locale_id]]
        if dead:
            message = ngettext(
                "%(count)d link in its text leads to something that is not shown.",
                "%(count)d links in its text lead to something that is not shown.",
                len(dead),
            )
            remedy = _("Link to something else, or publish the target again; until then readers see plain words.")
            evidence: Evidence = {**id_evidence([text.public_id]), "targets": dead}
            context = texts.context(text.locale_id)
            yield Finding("link_dead", of_asset(text), context, message % {"count": len(dead)}, remedy, evidence)


def _ends(assets: set[int], *, at: datetime) -> dict[tuple[int, int], int]:
    """By reader's locale and asset until when it is shown, as far as is known. One query."""
    rows = Showing.objects.filter(asset__in=assets, stage=ANYWHERE, segment=ANYONE, live_until__gt=micros(at))
    ends = rows.values_list("locale_id", "asset_id").annotate(last=Max("live_until")).order_by()
    return {(locale, asset): last for locale, asset, last in ends}
