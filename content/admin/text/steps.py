"""The authored next steps of a text: a row each, that says where it leads and whether readers can go there."""

from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef
from django.utils.html import format_html
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from content import clock
from content.admin.asset.state import state_flags, state_label
from content.admin.pick import PickOne, set_pick_widgets
from content.catalogue import current_catalogue
from content.instants import micros
from content.links import target_of
from content.models import Asset, NextStep, Showing
from content.models.showing import ANYONE, ANYWHERE
from journeys.admin.model_admin import Inline
from journeys.admin.urls import admin_url, id_from_url
from journeys.admin.written import WordedForm
from journeys.models import Touchpoint

PARKED = 10_000  # positions out of the way while others are written


class NextStepForm(WordedForm):
    constraint_words = {"next_step_has_one_target": ""}  # its ``clean`` says so already

    def __init__(self, *args, assets, touchpoints, **kwargs):
        super().__init__(*args, **kwargs)
        target_asset, touchpoint = (NextStep._meta.get_field(f"target_{name}") for name in ("asset", "touchpoint"))
        set_pick_widgets(
            self,
            {"target_asset": PickOne(target_asset, assets), "target_touchpoint": PickOne(touchpoint, touchpoints)},
        )

    def clean(self):
        """The address of an asset in this admin stands for the asset."""
        given = super().clean() or self.cleaned_data
        if given.get("target_url") and not given.get("target_asset") and (own := target_of(given["target_url"])):
            given["target_asset"], given["target_url"] = Asset.objects.get(uid=own), ""
        return given

    @cached_property
    def changed_data(self):
        """A new row in which nobody wrote anything is none, though it came with a position of its own."""
        changed = super().changed_data
        return changed if self.instance.pk or set(changed) - {"position", "intent"} else []


class NextStepFormSet(PaginationInlineFormSet):
    """Steps that can change places: those that move are parked first, since a position is held by one at a time."""

    @cached_property
    def names(self):
        """What the rows can lead to, by id. A query for what was posted, if anything was."""
        assets = {step.target_asset_id: step.target_asset.name for step in self.get_queryset() if step.target_asset}
        posted = [pk for name, pk in self.data.items() if name.endswith("-target_asset")] if self.is_bound else []
        if wanted := [pk for pk in map(id_from_url, posted) if pk]:
            assets |= dict(Asset.objects.filter(pk__in=wanted).values_list("pk", "name"))
        touchpoints = current_catalogue().atlas.touchpoints.values()
        return {"assets": assets, "touchpoints": {place.pk: place.title for place in touchpoints}}

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), **self.names}

    @property
    def empty_form(self):
        form = super().empty_form
        form.initial["position"] = max((step.position for step in self.get_queryset()), default=0) + 1
        return form

    def clean(self):
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.is_valid() and not self._goes(form)]
        held = [data["position"] for data in kept if data]
        if len(held) != len(set(held)):
            raise ValidationError("Two steps stand at the same position; give each its own.", code="unique")

    def save(self, commit=True):
        moving = [form.instance.pk for form in self.initial_forms if form.has_changed() or self._goes(form)]
        NextStep.objects.filter(pk__in=moving).update(position=F("position") + PARKED)
        return super().save(commit)

    def _goes(self, form):
        return form in self.deleted_forms

    def validate_unique(self):
        """``clean`` has seen to it, for the state after saving."""


class NextStepInline(Inline):
    model = NextStep
    known_by = "position"
    form = NextStepForm
    formset = NextStepFormSet
    fields = ["position", "intent", "label", "target_asset", "target_touchpoint", "target_url", "leads"]
    readonly_fields = ["leads"]
    verbose_name_plural = "next steps – the first is the primary call to action; each leads to one target"

    class Media:
        js = ["admin/js/jquery.init.js", "content/steps.js"]

    def get_queryset(self, request):
        at = clock.now()
        shown = Showing.objects.filter(
            asset=OuterRef("target_asset"),
            locale=OuterRef("translation__locale"),
            stage=ANYWHERE,
            segment=ANYONE,
            live_from__lte=micros(at),
            live_until__gt=micros(at),
        )
        steps = super().get_queryset(request).select_related("target_asset__kind", "target_touchpoint")
        return steps.annotate(is_shown=Exists(shown), **state_flags(at, asset=OuterRef("target_asset")))

    @display(description="leads to")
    def leads(self, step):
        """Where a saved step leads; the script says it of one that is being chosen."""
        return format_html('<div class="step-leads" aria-live="polite">{}</div>', _told(step) if step.pk else "")


def _told(step):
    if step.target_asset:
        warning = "" if step.is_shown else "Readers of this language do not see it now, so they do not see this step."
        return format_html(
            '<a href="{}">{}</a><span>{} · {}</span>{}',
            admin_url(Asset, "change", step.target_asset_id),
            step.target_asset.name,
            step.target_asset.kind.title,
            state_label(step),
            format_html('<span class="row-warning">{}</span>', warning) if warning else "",
        )
    if step.target_touchpoint:
        page = admin_url(Touchpoint, "change", step.target_touchpoint_id)
        return format_html('<a href="{}">{}</a><span>Touchpoint</span>', page, step.target_touchpoint.title)
    return format_html('<a href="{}" rel="noopener noreferrer" target="_blank">Open this address</a>', step.target_url)
