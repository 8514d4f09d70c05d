"""What readers get, in words for editors: how a text matched, what comes before it, where it leads."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.humanize.templatetags.humanize import ordinal
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from content import clock
from content.accounts.ownership import may_edit
from content.admin.asset.state import COLOURS, state_flags, state_of
from content.delivery.asset_view import decided_by
from content.delivery.eligibility import WORDS, Reason
from content.delivery.select import COUNT_LIMIT
from content.models import Asset, Edition, Translation
from content.permissions import ADD_TRANSLATION, PUBLISH_ASSET, VIEW_EDITION, VIEW_TOUCHPOINT, VIEW_TRANSLATION
from journeys.admin.display import time_cell
from journeys.admin.urls import admin_url
from journeys.models import Touchpoint
from journeys.phases import Commitment, Intent

# What decided the order of two results, by ``decided_by``: of the one before, and of the one after.
BEFORE = {
    "stage": _lazy("it meets the stage exactly"),
    "segment": _lazy("it is for a nearer audience"),
    "priority": _lazy("it has the higher priority"),
    "date": _lazy("it is newer"),
    "age": _lazy("all else is the same; it was made first"),
}
AFTER = {
    "stage": _lazy("it meets the stage by the crosswalk only"),
    "segment": _lazy("it is for a wider audience"),
    "priority": _lazy("it has the lower priority"),
    "date": _lazy("it is older"),
    "age": _lazy("all else is the same; it was made later"),
}
SOURCES = {
    "authored": _lazy("written by an editor"),
    "derived": _lazy("derived from the map"),
    "fallback:same_stage": _lazy("fallback: more of the same stage"),
    "fallback:beyond": _lazy("fallback: two transitions on"),
    "fallback:default": _lazy("fallback: the closing step of the journey"),
}
DIRECTIONS = {
    "advance": _lazy("on to %(stage)s"),
    "stay": _lazy("stays at %(stage)s"),
    "return": _lazy("back to %(stage)s"),
    None: _lazy("to %(stage)s"),
}
REASONS_WITH_TIME = {
    Reason.NOT_YET_LIVE: _lazy("It goes live at {time}."),
    Reason.EXPIRED: _lazy("It ended or was withdrawn at {time}."),
}
PLACEMENT_REASONS = {Reason.STAGE_EXCLUDED, Reason.SEGMENT_EXCLUDED, Reason.CHANNEL_EXCLUDED}


@dataclass(frozen=True)
class RivalRow:
    """One result, with the reason for its place in the order."""

    rank: int
    title: str
    link: str
    is_own: bool
    state: str
    colour: str
    until: str
    matches: list[str]
    priority: int | str
    date: str
    reason: str


@dataclass(frozen=True)
class StepRow:
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
    """Something that the user can do to bring the asset among the results, with the page for it."""

    label: str
    link: str


class Explainer:
    """An answer in words for ``user``. ``link`` makes the address of an asset's page with the same choices."""

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
        if self.answer.own is None:
            return _("Not among the results")
        if self.answer.total == 1:
            return _("The only result")
        return _("%(rank)s of %(total)s results") % {"rank": ordinal(self.answer.own.rank), "total": self._total}

    @property
    def _total(self):
        """The number of results, which is not counted beyond a limit."""
        if self.answer.total >= COUNT_LIMIT:
            return _("%(count)s or more") % {"count": f"{COUNT_LIMIT:,}"}
        return f"{self.answer.total:,}"

    @property
    def rivals_summary(self):
        """How many results there are, and which of them are shown."""
        total, around = self.answer.total, self.answer.around
        if not total:
            return _("There are no results.")
        if total == len(around):
            message = ngettext("The only result.", "All %(total)s results, in the order readers get them.", total)
            return message % {"total": self._total}
        values = {"first": f"{around[0].rank:,}", "last": f"{around[-1].rank:,}", "total": self._total}
        message = _(
            "Results %(first)s to %(last)s of %(total)s, in the order readers get them. "
            "Open the first or the last of these to see others."
        )
        return message % values

    @property
    def matches(self):
        return self._matches(self.answer.own)

    @property
    def why_not(self):
        why = self.answer.why
        if why is None or why.reason is None:
            return _("It changed while this page was made. Reload the page.")
        if why.at and why.reason in REASONS_WITH_TIME:
            return format_html(REASONS_WITH_TIME[why.reason], time=time_cell(why.at))
        return WORDS[why.reason]

    @property
    def rivals(self):
        """The rows of results in order. One query."""
        around = self.answer.around
        ids = [ranked.shown.asset_id for ranked in around]
        flagged = Asset.objects.filter(pk__in=ids).annotate(**state_flags(clock.now(), asset=OuterRef("pk")))
        states = {asset.pk: state_of(asset) for asset in flagged.only("pk")}
        # Each beside the one above it; the first has none.
        pairs = zip(around, [None, *around], strict=False)
        return [self._rival(ranked, states.get(ranked.shown.asset_id), above) for ranked, above in pairs]

    def _rival(self, ranked, state, above):
        text, placement = ranked.shown, ranked.match.placement
        return RivalRow(
            rank=ranked.rank,
            title=text.title,
            link=self.link(text.asset_id),
            is_own=text.asset_id == self.asset.pk,
            state=state.label if state else "",
            colour=COLOURS.get(state, ""),
            until=time_cell(text.live_until) if text.live_until else "",
            matches=self._matches(ranked),
            priority=placement["priority"] if placement and self.query.asks_stage else "–",
            date=time_cell(text.published_at),
            reason=self._order_reason(ranked, above),
        )

    def _order_reason(self, ranked, above):
        """Why it is before or after the asset; where that is not among the results, after the one above."""
        own = self.answer.own
        if ranked is own:
            return _("this asset")
        if own and ranked.rank < own.rank:
            return _("before this asset: %(reason)s") % {"reason": BEFORE[decided_by(ranked, own, self.query)]}
        if own:
            return _("after this asset: %(reason)s") % {"reason": AFTER[decided_by(own, ranked, self.query)]}
        if above:
            return _("after the one above: %(reason)s") % {"reason": AFTER[decided_by(above, ranked, self.query)]}
        return _("the first")

    def _matches(self, ranked):
        """How a result matched the question, as short phrases: stage, segment, channel, language."""
        match, placement = ranked.match, ranked.match.placement
        stage = self.catalogue.atlas.stages.get(placement["stage"]) if placement else None
        values = {
            "stage": f"{stage.journey.title}: {stage.title}" if stage else _("a stage"),
            "segment": self.query.segment,
            "ancestor": self._ancestor(placement),
            "channel": self.query.channel,
            "language": self.catalogue.locales_by_id[ranked.shown.locale_id].title,
        }
        stages = {"exact": _("exactly %(stage)s"), "crosswalk": _("by the crosswalk from %(stage)s")}
        segments = {
            "exact": _("for %(segment)s, their own segment"),
            "ancestor": _("for %(ancestor)s, which theirs belongs to"),
            "everyone": _("for everyone"),
        }
        channels = {"exact": _("placed on %(channel)s"), "any": _("on any channel")}
        phrases = [
            stages.get(match.stage),
            segments.get(match.segment),
            channels.get(match.channel),
            _("in %(language)s, by fallback") if ranked.shown.fallback else _("in %(language)s"),
        ]
        return [phrase % values for phrase in phrases if phrase]

    def _ancestor(self, placement):
        """The nearest segment of the placement that the readers' own segment belongs to; empty if there is none."""
        line = self.query.segment_line(self.catalogue.atlas) or []
        nearest = next((pk for pk in line if placement and pk in placement["segments"]), None)
        return self.catalogue.atlas.segments_by_id[nearest].title if nearest else ""

    @cached_property
    def steps(self):
        """The next steps of those who read the asset, in order."""
        return [self._step(step) for step in self.answer.received.ways.steps]

    def _step(self, step):
        target, link = self._target(step)
        stage = f"{step.to_stage.journey.title}: {step.to_stage.title}" if step.to_stage else ""
        return StepRow(
            label=step.label,
            intent=Intent(step.intent).label.lower(),
            commitment=Commitment(step.commitment).label.lower(),
            primary=step.primary,
            target=target,
            link=link,
            direction=DIRECTIONS[step.direction] % {"stage": stage} if stage else "–",
            source=SOURCES[step.source],
        )

    def _target(self, step):
        if step.asset:
            return step.asset.title, self.link(step.asset.asset_id)
        if step.touchpoint:
            may_view = self.user.has_perm(VIEW_TOUCHPOINT)
            page = admin_url(Touchpoint, "change", step.touchpoint.pk) if may_view else ""
            return _("%(title)s (touchpoint)") % {"title": step.touchpoint.title}, page
        return step.url, step.url if step.url.startswith(("https://", "http://")) else ""

    @cached_property
    def dead_end(self):
        received = self.answer.received
        if not received.ways.dead_end:
            return ""
        if received.stage is None:
            return _("Dead end: no authored or derived step leads into the journey.")
        message = _("Dead end: no authored or derived step leaves %(stage)s along a transition.")
        return message % {"stage": received.stage.title}

    @cached_property
    def hidden_steps(self):
        """The authored steps that these readers are not offered: label, reason, title and page of the target."""
        return [
            (step.label, WORDS[step.why.reason], step.why.title, self.link(step.why.asset_id))
            for step in self.answer.received.left_out
        ]

    @cached_property
    def silent_stages(self):
        """The stages that transitions lead to, with nothing to offer there."""
        return [stage.title for stage in self.answer.received.silent]

    @cached_property
    def remedies(self):
        """What would put the asset among the results, as far as the user may do it."""
        if self.answer.why is None:
            return []
        remedies = (self._publish(), self._write(), self._place(), self._other_time(), self._editions())
        return [remedy for remedy in remedies if remedy]

    @property
    def _reason(self):
        return self.answer.why.reason

    def _publish(self):
        past = self.reading.snapshot is None and self.reading.at < clock.now()
        if not self.answer.draft_answers or past or not self.user.has_perm(PUBLISH_ASSET):
            return None
        page = f"{admin_url(Asset, 'publish')}?ids={self.asset.pk}"
        return Remedy(_("Publish it: its draft would be among the results …"), page)

    def _write(self):
        locale = self.query.locale
        if self._reason != Reason.LOCALE_MISSING:
            return None
        text = Translation.objects.filter(asset=self.asset, locale=locale).first()
        if text and self.user.has_perm(VIEW_TRANSLATION):
            return Remedy(
                _("View its text in %(language)s") % {"language": locale.title},
                admin_url(Translation, "change", text.pk),
            )
        if text or not (self.user.has_perm(ADD_TRANSLATION) and may_edit(self.user, self.asset)):
            return None
        page = f"{admin_url(Translation, 'add')}?asset={self.asset.pk}&locale={locale.pk}"
        return Remedy(_("Write it in %(language)s") % {"language": locale.title}, page)

    def _place(self):
        if self._reason not in PLACEMENT_REASONS:
            return None
        label = _("Change its placements") if may_edit(self.user, self.asset) else _("View its placements")
        return Remedy(label, f"{admin_url(Asset, 'change', self.asset.pk)}#placements-group")

    def _other_time(self):
        """The same readers at the time when it goes live, or with all drafts."""
        if self._reason == Reason.NOT_YET_LIVE:
            begins = timezone.localtime(self.answer.why.at)
            at = {"at_0": f"{begins:%Y-%m-%d}", "at_1": f"{begins:%H:%M:%S}"}
            return Remedy(_("See what they get then"), self.link(self.asset.pk, **at))
        if self._reason == Reason.NOT_PUBLISHED:
            page = self.link(self.asset.pk, draft="on", at_0="", at_1="")
            return Remedy(_("See what they would get if all drafts were published"), page)
        return None

    def _editions(self):
        if self._reason not in REASONS_WITH_TIME or not self.user.has_perm(VIEW_EDITION):
            return None
        return Remedy(_("View its editions"), f"{admin_url(Edition, 'changelist')}?asset__id__exact={self.asset.pk}")
