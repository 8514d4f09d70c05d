"""What readers get, in words for editors: how a text met the question, what stands before it, where it leads."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.humanize.templatetags.humanize import ordinal
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.html import format_html

from content import clock
from content.accounts.ownership import may_edit
from content.admin.asset.state import COLOURS, state_flags, state_label
from content.delivery.asset_view import decided_by
from content.delivery.eligibility import WORDS, Reason
from content.delivery.select import COUNT_LIMIT
from content.models import Asset, Edition, Translation
from content.permissions import ADD_TRANSLATION, PUBLISH_ASSET, VIEW_EDITION, VIEW_TOUCHPOINT, VIEW_TRANSLATION
from journeys.admin.display import time_cell
from journeys.admin.urls import admin_url
from journeys.models import Touchpoint
from journeys.phases import Intent

BEFORE = {
    "stage": "it meets the stage exactly",
    "segment": "it is for a nearer audience",
    "priority": "it has the higher priority",
    "date": "it is newer",
    "age": "all else is the same; it was made first",
}
AFTER = {
    "stage": "it meets the stage by the crosswalk only",
    "segment": "it is for an audience further off",
    "priority": "it has the lower priority",
    "date": "it is older",
    "age": "all else is the same; it was made later",
}
SOURCES = {
    "authored": "written by an editor",
    "derived": "derived from the map",
    "fallback:same_stage": "fallback: more of the same stage",
    "fallback:beyond": "fallback: two transitions on",
    "fallback:default": "fallback: the closing step of the journey",
}
DIRECTIONS = {"advance": "on to {}", "stay": "stays at {}", "return": "back to {}", None: "to {}"}
PLACED = {Reason.STAGE_EXCLUDED, Reason.SEGMENT_EXCLUDED, Reason.CHANNEL_EXCLUDED}


@dataclass(frozen=True)
class ReasonLine:
    """One of those that answer."""

    rank: int
    title: str
    link: str
    is_own: bool
    state: str
    colour: str
    until: str
    met: list[str]
    priority: int | str
    date: str
    why: str


@dataclass(frozen=True)
class StepLine:
    """One next step."""

    label: str
    intent: str
    commitment: str
    primary: bool
    target: str
    link: str
    direction: str
    source: str


@dataclass(frozen=True)
class Remedy:
    words: str
    link: str


class Explainer:
    """Tells an answer to ``user``. ``link`` makes the address of an asset's page with the same choices."""

    def __init__(self, asset, answer, query, reading, *, user, link):
        self.asset = asset
        self.answer = answer
        self.query = query
        self.reading = reading
        self.user = user
        self.link = link
        self.catalogue = reading.catalogue

    @property
    def headline(self):
        own, total = self.answer.own, self._total
        if own is None:
            return "Not among what they get"
        return f"{ordinal(own.rank)} of {total} here" if self.answer.total > 1 else "The only one here"

    @property
    def _total(self):
        return f"{COUNT_LIMIT:,} or more" if self.answer.total >= COUNT_LIMIT else f"{self.answer.total:,}"

    @property
    def rivals_told(self):
        """How many there are, and which of them are shown."""
        if not self.answer.total:
            return "Nothing answers this question."
        if self.answer.total == len(self.answer.around):
            return f"All {self._total} that answer, in the order readers get them."
        first, last = self.answer.around[0].rank, self.answer.around[-1].rank
        told = f"{first:,} to {last:,} of the {self._total} that answer, in the order readers get them."
        return f"{told} Open the first or the last of these to look further."

    @property
    def met(self):
        return self._met(self.answer.own)

    @property
    def why_not(self):
        why = self.answer.why
        if why is None or why.reason is None:
            return "It changed while this was read; ask again."
        told = WORDS[why.reason]
        return format_html("{}, at {}.", told.removesuffix("."), time_cell(why.at)) if why.at else told

    @property
    def rows(self):
        """The rivals in order. One query."""
        around = self.answer.around
        ids = [one.shown.asset_id for one in around]
        states = Asset.objects.filter(pk__in=ids).annotate(**state_flags(clock.now(), asset=OuterRef("pk")))
        known = {asset.pk: state_label(asset) for asset in states.only("pk")}
        above = [None, *around]
        return [self._row(one, known.get(one.shown.asset_id, ""), above[at]) for at, one in enumerate(around)]

    def _row(self, one, state, above):
        shown, placement = one.shown, one.match.placement
        return ReasonLine(
            rank=one.rank,
            title=shown.title,
            link=self.link(shown.asset_id),
            is_own=shown.asset_id == self.asset.pk,
            state=state,
            colour=COLOURS.get(state, ""),
            until=time_cell(shown.live_until) if shown.live_until else "",
            met=self._met(one),
            priority=placement["priority"] if placement and self.query.asks_stage else "–",
            date=time_cell(shown.published_at),
            why=self._why(one, above),
        )

    def _why(self, one, above):
        """Why it stands before or after the asset; where that is not among them, after the one above."""
        own = self.answer.own
        if own is None:
            return f"after the one above: {AFTER[decided_by(above, one, self.query)]}" if above else "the first"
        if one is own:
            return "this asset"
        if one.rank < own.rank:
            return f"before this asset: {BEFORE[decided_by(one, own, self.query)]}"
        return f"after this asset: {AFTER[decided_by(own, one, self.query)]}"

    def _met(self, one):
        """How one met the question, in a few short phrases."""
        match, placement = one.match, one.match.placement
        stage = self.catalogue.atlas.stages.get(placement["stage"]) if placement else None
        place = f"{stage.journey.title}: {stage.title}" if stage else "a stage"
        stages = {"exact": f"exactly {place}", "crosswalk": f"by the crosswalk from {place}"}
        segments = {
            "exact": f"for {self.query.segment}, their own segment",
            "ancestor": self._ancestor(placement),
            "everyone": "for everyone",
        }
        channels = {"exact": f"named for {self.query.channel}", "any": "on any channel"}
        language = self.catalogue.locales_by_id[one.shown.locale_id].title
        told = [
            stages.get(match.stage),
            segments.get(match.segment),
            channels.get(match.channel),
            f"served in {language} by fallback" if one.shown.fallback else f"in {language}",
        ]
        return [phrase for phrase in told if phrase]

    def _ancestor(self, placement):
        line = self.query.segment_line(self.catalogue.atlas) or []
        nearest = next((pk for pk in line if placement and pk in placement["segments"]), None)
        return f"for {self.catalogue.atlas.segments_by_id[nearest].title}, an ancestor" if nearest else ""

    @cached_property
    def ways(self):
        """The next steps of those who read the asset, in order."""
        return [self._way(step) for step in self.answer.received.ways.steps]

    def _way(self, step):
        target, link = self._target(step)
        to = f"{step.to_stage.journey.title}: {step.to_stage.title}" if step.to_stage else ""
        return StepLine(
            label=step.label,
            intent=Intent(step.intent).label.lower(),
            commitment=step.commitment,
            primary=step.primary,
            target=target,
            link=link,
            direction=DIRECTIONS[step.direction].format(to) if to else "–",
            source=SOURCES[step.source],
        )

    def _target(self, step):
        if step.asset:
            return step.asset.title, self.link(step.asset.asset_id)
        if step.touchpoint:
            may = self.user.has_perm(VIEW_TOUCHPOINT)
            page = admin_url(Touchpoint, "change", step.touchpoint.pk) if may else ""
            return f"{step.touchpoint.title} (touchpoint)", page
        return step.url, step.url if step.url.startswith(("https://", "http://")) else ""

    @cached_property
    def dead_end(self):
        received = self.answer.received
        if not received.ways.dead_end:
            return ""
        if received.stage is None:
            return "A dead end: no step that was written or derived leads into the journey."
        return f"A dead end: no step that was written or derived leads on from {received.stage.title} along the map."

    @cached_property
    def left_out(self):
        """The authored steps that these readers are not offered: label, reason, and the page of the target."""
        return [
            (left.label, WORDS[left.why.reason], left.why.title, self.link(left.why.asset_id))
            for left in self.answer.received.left_out
        ]

    @cached_property
    def silent(self):
        return [stage.title for stage in self.answer.received.silent]

    @cached_property
    def mends(self):
        """What would put it among them, for those who may do it."""
        if self.answer.why is None:
            return []
        return [
            mend for mend in (self._publish(), self._write(), self._place(), self._look(), self._editions()) if mend
        ]

    @property
    def _reason(self):
        return self.answer.why.reason

    def _publish(self):
        past = self.reading.snapshot is None and self.reading.at < clock.now()
        if not self.answer.draft_answers or past or not self.user.has_perm(PUBLISH_ASSET):
            return None
        page = f"{admin_url(Asset, 'publish')}?ids={self.asset.pk}"
        return Remedy("Publish it: its draft would be among them …", page)

    def _write(self):
        locale = self.query.locale
        if self._reason != Reason.LOCALE_MISSING:
            return None
        text = Translation.objects.filter(asset=self.asset, locale=locale).first()
        if text and self.user.has_perm(VIEW_TRANSLATION):
            return Remedy(f"Look at its text in {locale.title}", admin_url(Translation, "change", text.pk))
        if text or not (self.user.has_perm(ADD_TRANSLATION) and may_edit(self.user, self.asset)):
            return None
        page = f"{admin_url(Translation, 'add')}?asset={self.asset.pk}&locale={locale.pk}"
        return Remedy(f"Write it in {locale.title}", page)

    def _place(self):
        if self._reason not in PLACED:
            return None
        verb = "Change" if may_edit(self.user, self.asset) else "Look at"
        return Remedy(f"{verb} its placements", f"{admin_url(Asset, 'change', self.asset.pk)}#placements-group")

    def _look(self):
        """The same readers at another instant, or with the drafts."""
        if self._reason == Reason.NOT_YET_LIVE:
            begins = timezone.localtime(self.answer.why.at)
            at = {"at_0": f"{begins:%Y-%m-%d}", "at_1": f"{begins:%H:%M:%S}"}
            return Remedy("See what they get then", self.link(self.asset.pk, **at))
        if self._reason == Reason.NOT_PUBLISHED:
            page = self.link(self.asset.pk, draft="on", at_0="", at_1="")
            return Remedy("See what they would get if all drafts were published", page)
        return None

    def _editions(self):
        told = {Reason.NOT_YET_LIVE, Reason.EXPIRED}
        if self._reason not in told or not self.user.has_perm(VIEW_EDITION):
            return None
        return Remedy("Look at its editions", f"{admin_url(Edition, 'changelist')}?asset__id__exact={self.asset.pk}")
