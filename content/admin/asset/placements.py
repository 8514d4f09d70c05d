"""The placements of an asset as rows of its page, with notes on each stage and warnings about channels."""

from functools import cached_property

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from content.admin.pick import PickMany, set_pick_widgets, stage_select
from content.catalogue import current_catalogue
from content.models import Placement, Translation
from content.publishing.channel_fit import UNADVISED, channel_advice, missing_channels, recommended, too_long
from journeys.admin.model_admin import Inline
from journeys.admin.written import WordedForm


class Advice:
    """Notes and warnings for the placements of ``asset``, ``None`` for a new one. Two queries, whatever is placed."""

    def __init__(self, asset):
        self.asset = asset
        self.atlas = current_catalogue().atlas

    @cached_property
    def texts(self):
        """The language, title and summary of each text."""
        # A placement is for all languages, so every text counts.
        texts = Translation.objects.filter(asset=self.asset).order_by("locale__code") if self.asset else []
        return list(texts.values_list("locale__title", "title", "summary")) if texts else []

    @cached_property
    def too_long(self):
        """Messages about texts that are longer than a channel takes, by the id of the channel."""
        messages = {
            pk: [
                _("%(language)s: %(message)s") % {"language": language, "message": message}
                for language, title, summary in self.texts
                for _field, message in too_long(channel, title=title, summary=summary)
            ]
            for pk, channel in self.atlas.channels_by_id.items()
        }
        return {pk: lines for pk, lines in messages.items() if lines}

    def warnings(self, stage, channels):
        """What speaks against these channels, as lines: about the stage first, then about the texts."""
        lines = [channel_advice(channel, stage) for channel in missing_channels(stage, channels, self.atlas)]
        return lines + [line for channel in channels for line in self.too_long.get(channel.pk, ())]

    def about(self, stage):
        """Notes on a stage for whoever tags: the text of each by its heading."""
        channels = ", ".join(channel.title for channel in recommended(stage, self.atlas))
        notes = {
            _("They ask"): stage.question,
            _("They need"): stage.need,
            _("Recommended here"): channels,
        }
        return {heading: text for heading, text in notes.items() if text}

    @property
    def data(self):
        """All of it as JSON for ``placements.js``, which shows the same while a row is being edited."""
        # The whole map at once: some kilobytes, but no request while somebody chooses.
        channels = self.atlas.channels_by_id
        stages = {
            pk: {
                "title": stage.title,
                "about": self.about(stage),
                "unadvised": [channel.pk for channel in missing_channels(stage, channels.values(), self.atlas)],
            }
            for pk, stage in self.atlas.stages.items()
        }
        names = {pk: channel.title for pk, channel in channels.items()}
        return {"stages": stages, "channels": names, "tooLong": self.too_long, "template": UNADVISED}


class PlacementForm(WordedForm):
    def __init__(self, *args, advice, **kwargs):
        super().__init__(*args, **kwargs)
        atlas = advice.atlas
        fields = {name: Placement._meta.get_field(name) for name in ("segments", "channels")}
        segments = {pk: segment.title for pk, segment in atlas.segments_by_id.items()}
        channels = {pk: channel.title for pk, channel in atlas.channels_by_id.items()}
        widgets = {
            "stage": stage_select(atlas),
            "segments": PickMany(fields["segments"], segments, none=_("everyone")),
            "channels": PickMany(fields["channels"], channels, none=_("any channel")),
        }
        set_pick_widgets(self, widgets)


class PlacementFormSet(PaginationInlineFormSet):
    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "advice": self.advice}


class PlacementInline(Inline):
    model = Placement
    known_by = "stage"
    form = PlacementForm
    formset = PlacementFormSet
    fields = ["stage", "segments", "channels", "priority", "about"]
    readonly_fields = ["about"]
    verbose_name_plural = _lazy("placements – which stages it serves, for whom and where")
    template_after = "admin/content/placement_data.html"

    class Media:
        js = ["admin/js/jquery.init.js", "content/placements.js"]

    def get_formset(self, request, obj=None, **kwargs):
        self.advice = Advice(obj)
        formset = super().get_formset(request, obj, **kwargs)
        formset.advice = self.advice
        return formset

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("stage__journey").prefetch_related("segments", "channels")

    @display(description=_lazy("about"))
    def about(self, placement):
        stage = self.advice.atlas.stages.get(placement.stage_id)
        notes = warnings = ""
        if stage:
            notes = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", self.advice.about(stage).items())
            lines = self.advice.warnings(stage, placement.channels.all() if placement.pk else [])
            warnings = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
        frame = '<div class="stage-about" aria-live="polite"><dl>{}</dl><ul class="stage-warnings">{}</ul></div>'
        return format_html(frame, notes, warnings)
