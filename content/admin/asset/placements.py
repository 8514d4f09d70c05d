"""The placements of an asset as a grid: what each stage is about, and whether the channels chosen suit it."""

from functools import cached_property

from django.utils.html import format_html, format_html_join
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from content.admin.pick import PickMany, set_pick_widgets, stage_select
from content.catalogue import current_catalogue
from content.models import Placement, Translation
from content.publishing.channel_fit import UNADVISED, channel_advice, missing_channels, recommended, too_long
from journeys.admin.model_admin import Inline
from journeys.admin.written import WordedForm


class Advice:
    """What there is to say of placements of one asset, ``None`` for one to be. Two queries, whatever is placed."""

    def __init__(self, asset):
        self.asset = asset
        self.atlas = current_catalogue().atlas

    @cached_property
    def texts(self):
        """The language, title and summary of each text."""
        texts = Translation.objects.filter(asset=self.asset).order_by("locale__code") if self.asset else []
        return list(texts.values_list("locale__title", "title", "summary")) if texts else []

    @cached_property
    def too_long(self):
        """What each channel that is too small for some text has to say of it, in which language."""
        found = {
            pk: [
                f"{language}: {message}"
                for language, title, summary in self.texts
                for _, message in too_long(channel, title=title, summary=summary)
            ]
            for pk, channel in self.atlas.channels_by_id.items()
        }
        return {pk: lines for pk, lines in found.items() if lines}

    def warnings(self, stage, channels):
        """What speaks against these channels, as lines: of the stage first, then of the texts."""
        lines = [channel_advice(channel, stage) for channel in missing_channels(stage, channels, self.atlas)]
        return lines + [line for channel in channels for line in self.too_long.get(channel.pk, ())]

    def about(self, stage):
        """What is good to know of a stage while tagging: each under its heading."""
        channels = ", ".join(channel.title for channel in recommended(stage, self.atlas))
        told = {"They ask": stage.question, "They need": stage.need, "Recommended here": channels}
        return {heading: text for heading, text in told.items() if text}

    @property
    def data(self):
        """All of it for the script that says the same of what is being chosen."""
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
            "segments": PickMany(fields["segments"], segments, none="everyone"),
            "channels": PickMany(fields["channels"], channels, none="any channel"),
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
    verbose_name_plural = "placements – which stages it serves, for whom and where"
    template_after = "admin/content/placement_data.html"

    class Media:
        js = ["admin/js/jquery.init.js", "content/placements.js"]

    def get_formset(self, request, obj=None, **kwargs):
        self.advice = Advice(obj)
        made = super().get_formset(request, obj, **kwargs)
        made.advice = self.advice
        return made

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("stage__journey").prefetch_related("segments", "channels")

    @display(description="about")
    def about(self, placement):
        stage = self.advice.atlas.stages.get(placement.stage_id)
        told = warned = ""
        if stage:
            about = self.advice.about(stage).items()
            told = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", about)
            lines = self.advice.warnings(stage, placement.channels.all() if placement.pk else [])
            warned = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
        frame = '<div class="stage-about" aria-live="polite"><dl>{}</dl><ul class="stage-warnings">{}</ul></div>'
        return format_html(frame, told, warned)
