"""The teasers of a text: what presents it to somebody at one stage, those of its placements first."""

from unfold.forms import PaginationInlineFormSet

from content.admin.pick import set_pick_widgets, stage_select
from content.catalogue import current_catalogue
from content.models import Placement, Teaser
from journeys.admin.model_admin import Inline
from journeys.admin.written import WordedForm


class TeaserForm(WordedForm):
    def __init__(self, *args, atlas, placed, **kwargs):
        super().__init__(*args, **kwargs)
        set_pick_widgets(self, {"stage": stage_select(atlas, first=placed)})
        if "text" in self.fields:
            self.fields["text"].widget.attrs["rows"] = 2


class TeaserFormSet(PaginationInlineFormSet):
    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "atlas": self.atlas, "placed": self.placed}


class TeaserInline(Inline):
    model = Teaser
    known_by = "stage"
    form = TeaserForm
    formset = TeaserFormSet
    fields = ["stage", "text"]
    verbose_name_plural = "teasers – what presents this text to somebody at one stage"

    def get_formset(self, request, obj=None, **kwargs):
        made = super().get_formset(request, obj, **kwargs)
        made.atlas = current_catalogue().atlas
        placements = Placement.objects.filter(asset=obj.asset_id) if obj else Placement.objects.none()
        made.placed = list(placements.values_list("stage_id", flat=True))
        return made
