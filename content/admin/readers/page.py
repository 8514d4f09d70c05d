"""The page *What readers get*: one asset as certain readers see it, by the same functions that answer the API."""

from urllib.parse import urlencode

import orjson
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.widgets import UnfoldBooleanSwitchWidget

from content import clock
from content.admin.query_forms import choice_field, offer_contexts
from content.admin.readers.sentences import Explainer
from content.api.answers import state_extras
from content.delivery.asset_view import asset_view
from content.delivery.current_state import current_state
from content.instants import as_rfc3339
from content.models import Asset
from content.questions.meaning import read_query
from content.questions.parameters import DetailFilter
from content.questions.reading import checked_parameters, reading_of, refuse_apart
from journeys.admin.urls import admin_url, id_from_url
from journeys.admin.when import WhenField

NO_STAGE = ""
COLUMNS = {
    "rivals": {
        "rank": _lazy("Rank"),
        "title": _lazy("Title"),
        "state": _lazy("State"),
        "matches": _lazy("Matched"),
        "priority": _lazy("Priority"),
        "date": _lazy("Date"),
        "reason": _lazy("Why there"),
    },
    "steps": {
        "label": _lazy("Label"),
        "intent": _lazy("Intent"),
        "commitment": _lazy("Commitment"),
        "target": _lazy("Target"),
        "direction": _lazy("Direction"),
        "source": _lazy("Source"),
    },
}
# The field of the form to which a refusal of a parameter of the API belongs.
FIELD_OF = {"journey": "stage", "as_of": "at", "draft": "at"}
FIELD_NAMES = ("stage", "segment", "channel", "locale", "at_0", "at_1", "draft")


class ReadersForm(forms.Form):
    """The readers and their question; once valid, ``parameters``, ``reading`` and ``query`` as the API reads them."""

    stage = choice_field(_lazy("Stage"))
    segment = choice_field(_lazy("Segment"))
    channel = choice_field(_lazy("Channel"))
    locale = choice_field(_lazy("Language"))
    at = WhenField(label=_lazy("As of"), required=False)
    draft = forms.BooleanField(
        label=_lazy("Drafts as if published"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_lazy("All drafts as they are now, this one and its rivals."),
    )

    def __init__(self, *args, catalogue, **kwargs):
        super().__init__(*args, **kwargs)
        atlas = catalogue.atlas
        self.fields["stage"].choices = _stages(atlas)
        offer_contexts(self, catalogue)

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        try:
            self.parameters = checked_parameters(DetailFilter, api_parameters(data))
            refuse_apart(self.parameters)
            self.reading = reading_of(self.parameters)
            self.query = read_query(self.parameters, self.reading)
        except ValidationError as error:
            self._add_refusals(error)
        return data

    def _add_refusals(self, refusal):
        """Refusals of the API at the fields of this form. Its words for drafts of another time name parameters."""
        not_together = _("Drafts can only be shown as they are now. Leave the time empty, or switch drafts off.")
        for name, errors in refusal.error_dict.items() if hasattr(refusal, "error_dict") else [(None, [refusal])]:
            field = FIELD_OF.get(name, name)
            for error in errors:
                message = not_together if error.code == "not_together" else error
                self.add_error(field if field in self.fields else None, message)

    @property
    def address_parameters(self):
        """The question in the parameters of the API, for its address."""
        at = self.parameters.get("as_of")
        return api_parameters(self.cleaned_data) | ({"as_of": as_rfc3339(at)} if at else {})


def api_parameters(data):
    """The cleaned data of the form as parameters of the API; empty ones set no condition and are left out."""
    journey, _colon, stage = data["stage"].partition(":")
    parameters = {name: data[name] for name in ("segment", "channel", "locale")}
    parameters |= {"journey": journey, "stage": stage, "draft": "true" if data["draft"] else ""}
    parameters["as_of"] = data["at"].isoformat() if data["at"] else ""
    return {name: value for name, value in parameters.items() if value}


def readers_page(screen, request, pk):
    """The page of the asset ``pk``, for those who may see assets; 404 where there is none."""
    if not screen.has_view_permission(request):
        raise PermissionDenied
    asset = get_object_or_404(Asset, pk=pk)
    catalogue = current_state(now=clock.now()).catalogue
    chosen = {name: request.GET[name] for name in FIELD_NAMES if name in request.GET}
    choices = {**_default_choices(asset, catalogue), **chosen}
    form = ReadersForm(choices, catalogue=catalogue)
    context = {
        **screen.admin_site.each_context(request),
        "title": _("What readers get: %(asset)s") % {"asset": asset},
        "opts": screen.model._meta,
        "form": form,
        "columns": COLUMNS,
        "back": admin_url(Asset, "change", asset.pk),
    }
    if form.is_valid():
        context |= _answer_context(request, asset, form, choices)
    return TemplateResponse(request, "admin/content/readers.html", context)


def readers_address(object_id, **choices):
    """The address of the page of an asset, with ``choices``; of the list of assets for what is no id."""
    pk = id_from_url(str(object_id))
    if pk is None:
        return admin_url(Asset, "changelist")
    return f"{admin_url(Asset, 'readers', pk)}{'?' if choices else ''}{urlencode(choices)}"


def _answer_context(request, asset, form, choices):
    """What the template shows of the answer: the explanation, and the same requests to the API."""
    query, reading = form.query, form.reading
    answer = asset_view(asset, query, reading)
    received = answer.received
    item = None
    if received:
        item = {**received.item, **state_extras(form.parameters, [received.shown], query, reading)}
    parameters = urlencode(form.address_parameters)
    return {
        "answer": answer,
        "explanation": Explainer(asset, answer, query, reading, user=request.user, link=_link_with(choices)),
        "json": orjson.dumps(item, option=orjson.OPT_INDENT_2).decode() if item else "",
        "item_url": request.build_absolute_uri(f"{reverse('content-detail', args=[asset.public_id])}?{parameters}"),
        "list_url": request.build_absolute_uri(f"{reverse('content')}?{parameters}"),
        "needs_token": bool({"as_of", "draft"} & set(form.address_parameters)),
    }


def _link_with(choices):
    """A function for the addresses of other assets, or of another time, with the same choices otherwise."""

    def link(pk, **others):
        return readers_address(
            pk, **{name: value for name, value in {**choices, **others}.items() if value is not None}
        )

    return link


def _default_choices(asset, catalogue):
    """The choices to begin with: the first placement, and the default language, else the first with a text."""
    placement = asset.placements.select_related("stage__journey").prefetch_related("segments", "channels").first()
    codes = [text.locale.code for text in asset.translations.select_related("locale")]
    default = catalogue.default_locale.code if catalogue.default_locale else ""
    return {
        "stage": f"{placement.stage.journey.slug}:{placement.stage.slug}" if placement else NO_STAGE,
        "segment": next((segment.slug for segment in placement.segments.all()), "") if placement else "",
        "channel": next((channel.slug for channel in placement.channels.all()), "") if placement else "",
        "locale": default if default in codes or not codes else codes[0],
    }


def _stages(atlas):
    """The choices of stages by journey. Each journey can also be chosen alone: its next steps need no stage."""
    groups = [
        (
            journey.title,
            [
                *(
                    (f"{journey.slug}:{stage.slug}", f"{journey.title}: {stage.title}")
                    for stage in atlas.stages_of[journey.pk]
                ),
                (f"{journey.slug}:", _("%(journey)s: no particular stage") % {"journey": journey.title}),
            ],
        )
        for journey in atlas.journeys.values()
    ]
    return [(NO_STAGE, _("no stage")), *groups]
