"""The teasers of a text as rows of its page: one a stage, the stages of its placements offered first."""

from django.utils.translation import gettext_lazy as _lazy
from unfold.forms import PaginationInlineFormSet

from content.admin.pick import set_pick_widgets, stage_select
from content.catalogue import current_catalogue
from content.models import Placement, Teaser
from journeys.admin.model_admin import Inline
from journeys.admin.written import WordedForm


class TeaserForm(WordedForm):
    def __init__(self, *args, atlas, placed_at, **kwargs):
        super().__init__(*args, **kwargs)
        set_pick_widgets(self, {"stage": stage_select(atlas, first=placed_at)})
        if "text" in self.fields:
            self.fields["text"].widget.attrs["rows"] = 2


class TeaserFormSet(PaginationInlineFormSet):
    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "atlas": self.atlas, "placed_at": self.placed_at}


class TeaserInline(Inline):
    model = Teaser
    known_by = "stage"
    form = TeaserForm
    formset = TeaserFormSet
    fields = ["stage", "text"]
    verbose_name_plural = _lazy("teasers – how this text is presented at one stage")

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.atlas = current_catalogue().atlas
        placements = Placement.objects.filter(asset=obj.asset_id) if obj else Placement.objects.none()
        formset.placed_at = list(placements.values_list("stage_id", flat=True))
        return formset
