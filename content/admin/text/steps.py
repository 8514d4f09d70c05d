"""The authored next steps of a text as rows of its page, each with its target and whether readers see it."""

from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from content import clock
from content.admin.asset.state import state_flags, state_of
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

PARKED = 10_000  # added to a position while others are written


class NextStepForm(WordedForm):
    constraint_words = {"next_step_has_one_target": ""}  # the ``clean`` of the model says so already

    def __init__(self, *args, assets, touchpoints, **kwargs):
        super().__init__(*args, **kwargs)
        target_asset, touchpoint = (NextStep._meta.get_field(f"target_{name}") for name in ("asset", "touchpoint"))
        set_pick_widgets(
            self,
            {"target_asset": PickOne(target_asset, assets), "target_touchpoint": PickOne(touchpoint, touchpoints)},
        )

    def clean(self):
        """The address of an asset in this admin is replaced by the asset."""
        data = super().clean() or self.cleaned_data
        if data.get("target_url") and not data.get("target_asset") and (uid := target_of(data["target_url"])):
            data["target_asset"], data["target_url"] = Asset.objects.get(uid=uid), ""
        return data

    @cached_property
    def changed_data(self):
        """A new row counts as unchanged while only its position and intent are set: it came with these."""
        changed = super().changed_data
        return changed if self.instance.pk or set(changed) - {"position", "intent"} else []


class NextStepFormSet(PaginationInlineFormSet):
    """Steps that can change places: positions are unique, so those that move get one out of the way first."""

    @cached_property
    def names(self):
        """The names of possible targets, by id. One query for those that were posted, if any were."""
        assets = {step.target_asset_id: step.target_asset.name for step in self.get_queryset() if step.target_asset}
        posted = [pk for name, pk in self.data.items() if name.endswith("-target_asset")] if self.is_bound else []
        if pks := [pk for pk in map(id_from_url, posted) if pk]:
            assets |= dict(Asset.objects.filter(pk__in=pks).values_list("pk", "name"))
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
        rows = [form.cleaned_data for form in self.forms if form.is_valid() and not self._is_deleted(form)]
        positions = [data["position"] for data in rows if data]
        if len(positions) != len(set(positions)):
            raise ValidationError(_("Two steps have the same position. Give each its own."), code="unique")

    def save(self, commit=True):
        # Rows are saved one by one: to swap positions 1 and 2, both are at 10001 and 10002 in between.
        moving = [form.instance.pk for form in self.initial_forms if form.has_changed() or self._is_deleted(form)]
        NextStep.objects.filter(pk__in=moving).update(position=F("position") + PARKED)
        return super().save(commit)

    def _is_deleted(self, form):
        return form in self.deleted_forms

    def validate_unique(self):
        """Left to ``clean``, which checks positions as they will be after saving."""


class NextStepInline(Inline):
    model = NextStep
    known_by = "position"
    form = NextStepForm
    formset = NextStepFormSet
    fields = ["position", "intent", "label", "target_asset", "target_touchpoint", "target_url", "leads"]
    readonly_fields = ["leads"]
    verbose_name_plural = _lazy("next steps – the first is the primary call to action; each leads to one target")

    class Media:
        js = ["admin/js/jquery.init.js", "content/steps.js"]

    def get_queryset(self, request):
        at = clock.now()
        showings = Showing.objects.filter(
            asset=OuterRef("target_asset"),
            locale=OuterRef("translation__locale"),
            stage=ANYWHERE,
            segment=ANYONE,
            live_from__lte=micros(at),
            live_until__gt=micros(at),
        )
        steps = super().get_queryset(request).select_related("target_asset__kind", "target_touchpoint")
        return steps.annotate(is_shown=Exists(showings), **state_flags(at, asset=OuterRef("target_asset")))

    @display(description=_lazy("leads to"))
    def leads(self, step):
        """The target of a saved step; ``steps.js`` shows that of a new choice."""
        return format_html('<div class="step-leads" aria-live="polite">{}</div>', _target(step) if step.pk else "")


def _target(step):
    if step.target_asset:
        warning = _("Readers of this language do not see it now, so they do not see this step.")
        return format_html(
            '<a href="{}">{}</a><span>{} · {}</span>{}',
            admin_url(Asset, "change", step.target_asset_id),
            step.target_asset.name,
            step.target_asset.kind.title,
            state_of(step).label,
            "" if step.is_shown else format_html('<span class="row-warning">{}</span>', warning),
        )
    if step.target_touchpoint:
        page = admin_url(Touchpoint, "change", step.target_touchpoint_id)
        title, kind = step.target_touchpoint.title, _("Touchpoint")
        return format_html('<a href="{}">{}</a><span>{}</span>', page, title, kind)
    link = '<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>'
    return format_html(link, step.target_url, _("Open this address"))
