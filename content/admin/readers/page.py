"""“What readers get”: one asset as the readers of a question see it, by the verbs that answer the API."""

from urllib.parse import urlencode

import orjson
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
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
HEADS = {
    "list": ["Rank", "Title", "State", "Matched", "Priority", "Date", "Why there"],
    "steps": ["Label", "Intent", "Commitment", "Target", "Direction", "Source"],
}
# Which field of the form a refusal of the API belongs to.
FIELD_OF = {"journey": "stage", "as_of": "at", "draft": "at"}
APART = "Drafts are read as they are now: leave the instant empty, or switch the drafts off."


class ReadersForm(forms.Form):
    """Who asks. Once it is valid, the question as the API reads it is in ``asked``, ``reading`` and ``query``."""

    stage = choice_field("Stage")
    segment = choice_field("Segment")
    channel = choice_field("Channel")
    locale = choice_field("Language")
    at = WhenField(label="As of", required=False)
    draft = forms.BooleanField(
        label="Drafts as if published",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Every draft as it is now, this one and its rivals.",
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
            self.asked = checked_parameters(DetailFilter, words_of(data))
            refuse_apart(self.asked)
            self.reading = reading_of(self.asked)
            self.query = read_query(self.asked, self.reading)
        except ValidationError as refused:
            self._tell(refused)
        return data

    def _tell(self, refused):
        for name, errors in refused.error_dict.items() if hasattr(refused, "error_dict") else [(None, [refused])]:
            field = FIELD_OF.get(name, name)
            for error in errors:
                self.add_error(
                    field if field in self.fields else None, APART if error.code == "not_together" else error
                )

    @property
    def words(self):
        """The question in the parameters of the API, for its address."""
        at = self.asked.get("as_of")
        return words_of(self.cleaned_data) | ({"as_of": as_rfc3339(at)} if at else {})


def words_of(data):
    """What was chosen, in the parameters of the API; what sets no condition is left out."""
    journey, _, stage = data["stage"].partition(":")
    words = {name: data[name] for name in ("segment", "channel", "locale")}
    words |= {"journey": journey, "stage": stage, "draft": "true" if data["draft"] else ""}
    words["as_of"] = data["at"].isoformat() if data["at"] else ""
    return {name: word for name, word in words.items() if word}


def readers_page(screen, request, pk):
    """The page of the asset ``pk``, for those who may see assets; 404 where there is none."""
    if not screen.has_view_permission(request):
        raise PermissionDenied
    asset = get_object_or_404(Asset, pk=pk)
    catalogue = current_state(now=clock.now()).catalogue
    given = {name: request.GET[name] for name in _names() if name in request.GET}
    choices = {**_opening(asset, catalogue), **given}
    form = ReadersForm(choices, catalogue=catalogue)
    context = {
        **screen.admin_site.each_context(request),
        "title": f"What readers get: {asset}",
        "opts": screen.model._meta,
        "form": form,
        "heads": HEADS,
        "back": admin_url(Asset, "change", asset.pk),
    }
    if form.is_valid():
        context |= _told(request, asset, form, choices)
    return TemplateResponse(request, "admin/content/readers.html", context)


def readers_address(object_id, **choices):
    """The page of an asset, with some choices made; for what is no asset, the list of them."""
    pk = id_from_url(str(object_id))
    if pk is None:
        return admin_url(Asset, "changelist")
    return f"{admin_url(Asset, 'readers', pk)}{'?' if choices else ''}{urlencode(choices)}"


def _told(request, asset, form, choices):
    asked, query, reading = form.asked, form.query, form.reading
    answer = asset_view(asset, query, reading)
    teller = Explainer(asset, answer, query, reading, user=request.user, link=_linking(choices))
    received = answer.received
    told = {**received.item, **state_extras(asked, [received.shown], query, reading)} if received else None
    words = urlencode(form.words)
    return {
        "answer": answer,
        "told": teller,
        "json": orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() if told else "",
        "item_url": request.build_absolute_uri(f"{reverse('content-detail', args=[asset.public_id])}?{words}"),
        "list_url": request.build_absolute_uri(f"{reverse('content')}?{words}"),
        "needs_token": bool({"as_of", "draft"} & set(form.words)),
    }


def _linking(choices):
    """Links to the pages of other assets, or of another instant, with the same choices otherwise."""

    def link(pk, **others):
        return readers_address(pk, **{name: word for name, word in {**choices, **others}.items() if word is not None})

    return link


def _names():
    return ["stage", "segment", "channel", "locale", "at_0", "at_1", "draft"]


def _opening(asset, catalogue):
    """What is chosen to begin with: its first placement, and the default language, else the first it is written in."""
    placed = asset.placements.select_related("stage__journey").prefetch_related("segments", "channels").first()
    codes = [text.locale.code for text in asset.translations.select_related("locale")]
    default = catalogue.default_locale.code if catalogue.default_locale else ""
    return {
        "stage": f"{placed.stage.journey.slug}:{placed.stage.slug}" if placed else NO_STAGE,
        "segment": next((segment.slug for segment in placed.segments.all()), "") if placed else "",
        "channel": next((channel.slug for channel in placed.channels.all()), "") if placed else "",
        "locale": default if default in codes or not codes else codes[0],
    }


def _stages(atlas):
    """The stages by journey, and none of them: that is asked on a journey too, for the next steps."""
    groups = [
        (
            journey.title,
            [
                *(
                    (f"{journey.slug}:{stage.slug}", f"{journey.title}: {stage.title}")
                    for stage in atlas.stages_of[journey.pk]
                ),
                (f"{journey.slug}:", f"{journey.title}: no stage in particular"),
            ],
        )
        for journey in atlas.journeys.values()
    ]
    return [(NO_STAGE, "no stage"), *groups]
