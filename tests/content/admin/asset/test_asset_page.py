"""Where editors live: an asset's pages say what is missing, what each tag is for and where each step leads."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.catalogue import current_catalogue
from content.models import Asset, Kind, Locale, NextStep, Teaser, Translation
from content.presets.load import NAMES, load_kinds
from content.publishing.checklist import checklist
from content.publishing.publish import check, publish
from content.publishing.waivers import waive
from journeys.models import Channel, Stage
from tests.content.admin.test_admin import errors, form_of, page
from tests.drafts import draft, place, stage
from tests.factories import AssetFactory, ChannelFactory, TouchpointFactory, TranslationFactory
from tests.pictures import media

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin_client):
    return admin_client


def page_of(thing):
    return page(f"content_{thing._meta.model_name}_change", thing.pk)


def text_of(response):
    """The page as somebody reads it: without tags, one space between words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def tabs(response):
    return [(tab.title, tab.is_here, tab.is_written, tab.lacking) for tab in response.context["tabs"]]


def lines(response, name="lacking"):
    return {str(one.message): (one.link, one.codes) for one in response.context[name]}


# What is missing


def test_lacks_are_what_the_gates_say_of_the_drafts_alone(world, at, django_assert_num_queries):
    asset = draft("think", locales=("en", "nb"), steps=())
    catalogue = current_catalogue()

    with django_assert_num_queries(10):
        found = checklist(asset, catalogue, at=at)

    assert {code: [one.code for one in said] for code, said in found.items()} == {
        "en": ["cta_missing"],
        "nb": ["cta_missing"],
    }
    foretold = {(one.code, one.locale) for one in check(asset, at=at)}
    assert {(one.code, one.locale) for said in found.values() for one in said} <= foretold


def test_lacks_cost_the_same_for_many_languages_and_tags(world, at, django_assert_num_queries):
    asset = draft("see", "think", "do", "care", locales=("en", "da", "nb", "sv"), steps=())
    catalogue = current_catalogue()

    with django_assert_num_queries(10):
        found = checklist(asset, catalogue, at=at)

    assert list(found) == ["da", "en", "nb", "sv"]


def test_what_is_accepted_no_longer_speaks_against_publishing(world, at, admin_user):
    asset = draft("think", steps=())
    key = f"cta_missing:{asset.public_id}:en"
    waive(key, reason="Monday", until=at + timedelta(days=1), by=admin_user, at=at)

    [finding] = checklist(asset, current_catalogue(), at=at)["en"]

    assert (finding.code, finding.waived, finding.refuses) == ("cta_missing", True, False)


def test_a_tab_for_each_language_says_how_far_it_is(client, world):
    asset = draft(locales=("en", "nb"), steps=())
    text = asset.translations.get(locale__code="nb")

    response = client.get(page_of(text))

    assert tabs(response) == [
        ("Asset", False, True, 1),
        ("Dansk", False, False, 0),
        ("English", False, True, 1),
        ("Norsk bokmål", True, True, 1),
        ("Svenska", False, False, 0),
    ]
    assert response.content.count(b'aria-current="page"') == 1
    assert "Dansk not written" in text_of(response)


def test_a_language_not_yet_written_leads_to_writing_it(client, world, locales):
    asset = draft("think")

    tab = client.get(page_of(asset)).context["tabs"][1]

    assert tab.link == f"{page('content_translation_add')}?asset={asset.pk}&locale={locales['da'].pk}"
    assert tabs(client.get(tab.link))[1] == ("Dansk", True, False, 0)


def test_those_who_may_not_write_are_not_led_to_it(client, world, staff):
    staff("view_asset", "view_translation")

    response = client.get(page_of(draft("think")))

    assert [bool(tab.link) for tab in response.context["tabs"]] == [True, False, True, False, False]


@pytest.fixture
def staff(client, django_user_model):
    def logged_in(*rights):
        user = django_user_model.objects.create_user("editor", is_staff=True)
        found = django_user_model._meta.get_field("user_permissions").related_model.objects
        user.user_permissions.set(found.filter(codename__in=rights))
        client.force_login(user)

    return logged_in


def test_each_lack_leads_to_its_field_on_the_page_where_it_is_mended(client, world, kind):
    shared = {"rating": {"type": "integer", "title": "Stars", "x-localized": False}, "quote": {"type": "string"}}
    Kind.objects.update(schema={"type": "object", "properties": shared, "required": [*shared]}, review=True)
    owner = draft("think", slug="taken")
    Kind.objects.update(review=False)
    Asset.objects.filter(pk=owner.pk).update(fields={"rating": 1})
    owner.translations.update(fields={"quote": "So"})
    publish(Asset.objects.get(pk=owner.pk))
    Kind.objects.update(review=True)
    asset = draft(slug="taken", steps=())
    text = asset.translations.get()

    told = lines(client.get(page_of(text)))

    assert [link for link, _ in told.values()] == [
        f"{page_of(asset)}#kind-fields",
        f"{page_of(text)}#kind-fields",
        f"{page_of(text)}#id_slug",
        page("content_translation_review", text.pk),
        f"{page_of(asset)}#placements-group",
    ]
    assert list(told)[:2] == ["Stars: This is missing.", "quote: This is missing."]


def test_what_all_languages_lack_stands_once_with_their_names(client, world):
    asset = draft(locales=("en", "nb"), steps=())

    response = client.get(page_of(asset))

    assert lines(response) == {
        "Choose a stage, or say why this belongs to none.": (f"{page_of(asset)}#placements-group", ["en", "nb"])
    }


def test_warnings_are_worth_knowing_and_no_obstacle(client, world):
    asset = draft("think", steps=(("learn_more", "/"),))
    asset.image = media()
    asset.save()
    text = asset.translations.get()

    response = client.get(page_of(text))

    assert lines(response) == {}
    assert [link for link, _ in lines(response, "worth_knowing").values()] == [
        f"{page_of(text)}#id_image_alt",
        f"{page_of(text)}#next_steps-group",
    ]


# Adding


def test_adding_begins_with_the_kind(client, world):
    Kind.objects.update(description="How to choose.", review=True)

    response = client.get(f"{page('content_asset_add')}?name=Grill")

    [(kind, link)] = response.context["kinds"]
    assert link == f"{page('content_asset_add')}?name=Grill&kind={kind.pk}"
    assert f"{kind.title} How to choose. Reviewed before it is published" in text_of(response)
    assert client.get(link).context["adminform"].form.initial["kind"] == str(kind.pk)


@pytest.mark.parametrize("asked", ["?kind=99999", "?kind=x", "?kind=", ""])
def test_a_kind_that_is_none_is_asked_again(client, world, asked):
    assert "kinds" in client.get(page("content_asset_add") + asked).context


def test_a_popup_has_its_form_at_once(client, world):
    assert "adminform" in client.get(f"{page('content_asset_add')}?_popup=1").context


def test_kinds_are_offered_to_those_who_may_add(client, world, staff):
    staff("view_asset")

    assert client.get(page("content_asset_add")).status_code == 403


def test_a_house_without_kinds_says_how_to_get_some(client, locales):
    assert "There are no kinds yet." in text_of(client.get(page("content_asset_add")))


# The kind's own fields

VALUES = {
    "string": "Words",
    "currency": "NOK",
    "date": "2027-01-31",
    "date-time": "2027-01-31T08:00:00Z",
    "uri": "https://example.org/film?a=b&c=d",
}


def value_of(part):
    """Something that fits a part of a schema."""
    if "enum" in part:
        return part["enum"][-1]
    if part["type"] == "object":
        return {name: value_of(inner) for name, inner in part["properties"].items()}
    if part["type"] == "array":
        return [value_of(part["items"]) for _ in range(max(2, part.get("minItems", 0)))]
    form = part.get("anyOf", [part])[0].get("format", "currency" if "pattern" in part else "string")
    return VALUES[form][: part.get("maxLength")] if part["type"] == "string" else part.get("minimum", 0)


def drawn(client, thing):
    """What the script draws the kind's fields from; ``None`` where they are written as JSON."""
    return configuration(client.get(page_of(thing)))


def configuration(response):
    field = response.context["adminform"].form["fields"]
    found = re.search(r'data-django-jsonform="([^"]*)"', str(field))
    return json.loads(unescape(found[1])) if found else None


def filled(keys, data):
    """``data`` as the script fills it in: every field there, those that hold nothing empty."""
    blank = {"string": "", "array": [], "integer": None, "number": None, "boolean": None}
    full = dict(data)
    for name, part in keys.items():
        if part["type"] == "object":
            full[name] = filled(part["keys"], data.get(name, {}))
        elif part["type"] == "array" and part["items"]["type"] == "object":
            full[name] = [filled(part["items"]["keys"], row) for row in data.get(name, [])]
        else:
            full.setdefault(name, blank[part["type"]])
    return full


def saved_untouched(client, thing):
    """Saves the page of ``thing`` as the script leaves it: its fields afterwards."""
    before = type(thing).objects.get(pk=thing.pk).fields
    keys = drawn(client, thing)["schema"]["keys"]
    posted = form_of(client, page_of(thing)) | {"fields": json.dumps(filled(keys, before))}
    response = client.post(page_of(thing), posted)
    assert response.status_code == 302, errors(response)
    return type(thing).objects.get(pk=thing.pk).fields


@pytest.mark.parametrize("how", ["full", "empty", "blank"])
@pytest.mark.parametrize("name", NAMES)
def test_saving_untouched_changes_no_field_of_any_kind_that_ships(client, world, name, how):
    load_kinds([name])
    kind = Kind.objects.get(slug=name)
    sides = {"asset": {}, "translation": {}}
    for field, part in kind.schema["properties"].items():
        side = sides["translation" if part.get("x-localized", True) else "asset"]
        if how == "full":
            side[field] = value_of(part)
        elif how == "blank" and part["type"] == "array" and not part.get("minItems"):
            side[field] = []
    asset = AssetFactory(kind=kind, fields=sides["asset"])
    text = TranslationFactory(asset=asset, locale=Locale.objects.get(code="en"), fields=sides["translation"])

    for thing in (asset, text):
        if any(part.get("x-localized", True) is (thing is text) for part in kind.schema["properties"].values()):
            assert saved_untouched(client, thing) == sides[thing._meta.model_name]


ROWS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "parts": {"type": "array", "items": {"type": "string"}}},
        "required": ["name", "parts"],
    },
}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ({"type": "boolean"}, False),
        ({"type": "boolean"}, True),
        ({"type": "integer"}, 0),
        ({"type": "number"}, 4.5),
        ({"type": "string"}, ""),
        ({"type": "string"}, "two\nlines"),
        ({"type": "string", "default": "x"}, None),
        ({"type": "string", "format": "date-time"}, "2027-01-31T08:00:00+02:00"),
        (ROWS, [{"name": "a", "parts": ["x", "", "z"]}, {"name": "b", "parts": []}]),
        (ROWS, []),
        ({"type": "object", "properties": {"inner": {"type": "string"}}}, {}),
    ],
)
def test_saving_untouched_keeps_every_value_as_it_was(client, world, kind, part, value):
    Kind.objects.update(schema={"type": "object", "properties": {"own": part}})
    fields = {} if value is None else {"own": value}
    text = draft("think", fields=fields).translations.get()

    assert saved_untouched(client, text) == fields


def test_what_is_emptied_is_left_out(client, world, kind):
    Kind.objects.update(
        schema={"type": "object", "properties": {"own": {"type": "string"}, "count": {"type": "integer"}}}
    )
    text = draft("think", fields={"own": "Words", "count": 0}).translations.get()

    client.post(page_of(text), form_of(client, page_of(text)) | {"fields": '{"own": "", "count": 0}'})

    assert Translation.objects.get().fields == {"count": 0}


@pytest.mark.parametrize(
    ("stored", "part"),
    [
        ({"gone": "from the schema"}, {"type": "string"}),
        ({"own": "d"}, {"type": "string", "enum": ["a", "b"]}),
        ({"own": "soon"}, {"type": "string", "format": "date"}),
        ({"own": 5}, {"type": "string"}),
        ({"own": True}, {"type": "integer"}),
        ({"own": 2**60}, {"type": "integer"}),
        ({"own": "one"}, {"type": "array", "items": {"type": "string"}}),
    ],
)
def test_old_data_that_the_form_would_lose_is_written_as_json(client, world, kind, stored, part):
    text = draft("think").translations.get()
    Translation.objects.update(fields=stored)
    Kind.objects.update(schema={"type": "object", "properties": {"own": part}, "additionalProperties": False})

    assert drawn(client, text) is None
    assert json.loads(form_of(client, page_of(text))["fields"]) == stored


@pytest.mark.parametrize(
    "part",
    [
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "array", "items": {"$ref": "#/$defs/x"}},
        {"type": "object"},
        {},
    ],
)
def test_a_schema_that_a_form_cannot_draw_is_written_as_json(client, world, kind, part):
    schema = {"type": "object", "properties": {"own": part}, "required": ["own"], "$defs": {"x": {"type": "string"}}}
    Kind.objects.update(schema=schema)
    text = draft("think").translations.get()

    assert drawn(client, text) is None
    assert "needed to publish" in text_of(client.get(page_of(text)))


def test_errors_show_with_what_was_typed(client, world, kind):
    Kind.objects.update(schema={"type": "object", "properties": {"count": {"type": "integer", "maximum": 5}}})
    text = draft("think", fields={"count": 1}).translations.get()

    response = client.post(page_of(text), form_of(client, page_of(text)) | {"fields": '{"count": 7}'})

    assert errors(response) == {"fields": ["count: 7 is greater than the maximum of 5"]}
    assert "&quot;count&quot;: 7" in response.content.decode().replace("\\&quot;", "&quot;")


def test_an_error_stands_at_the_input_it_is_about(client, world, kind):
    Kind.objects.update(schema={"type": "object", "properties": {"rows": ROWS}})
    text = draft("think").translations.get()

    posted = form_of(client, page_of(text)) | {"fields": '{"rows": [{"name": "", "parts": ["a"]}]}'}
    response = client.post(page_of(text), posted)

    assert configuration(response)["errorMap"] == {"rows§0§name": "This is missing."}


def test_what_is_no_json_is_shown_as_it_was_written(client, world, kind):
    Kind.objects.update(schema={"type": "object", "properties": {"count": {"type": "integer"}}})
    text = draft("think").translations.get()

    response = client.post(page_of(text), form_of(client, page_of(text)) | {"fields": '{"count": '})

    assert "data-django-jsonform=" not in response.content.decode()
    assert "{&quot;count&quot;: </textarea>" in response.content.decode()


def test_only_what_publishing_needs_says_so(client, world, kind):
    inner = {"type": "object", "properties": {"deep": {"type": "string"}}, "required": ["deep"]}
    schema = {"type": "object", "properties": {"top": {"type": "string"}, "list": inner}, "required": ["top"]}
    Kind.objects.update(schema=schema)

    keys = drawn(client, draft("think").translations.get())["schema"]["keys"]

    assert keys["top"]["helpText"] == "Needed to publish."
    assert "Needed" not in json.dumps(keys["list"])


# Placements


def advised(client, asset):
    return text_of(client.get(page_of(asset)))


def test_a_placement_says_what_its_stage_is_about(client, world):
    asset = draft("see")
    own = stage("see")

    said = re.sub("&#x27;", "'", advised(client, asset))

    assert f"They ask {own.question}" in said
    assert f"They need {own.need}" in said
    assert "Recommended here" in said


def test_channels_that_do_not_suit_are_told_as_the_gates_tell_them(client, world, at):
    small = Channel.objects.create(slug="tiny", title="Tiny", title_limit=3)
    asset = draft("see", locales=("en", "nb"), channels=(small.slug,), title="Grill", image_alt="x")

    said = advised(client, asset)

    gates = [one for one in check(asset, at=at) if one.code in ("channel_not_recommended", "too_long_for_channel")]
    assert {one.code for one in gates} == {"channel_not_recommended", "too_long_for_channel"}
    assert all(one.message in said for one in gates)
    assert f"Norsk bokmål: {gates[-1].message}" in said


def test_the_script_is_given_the_rules_of_the_gates(client, world):
    small = Channel.objects.create(slug="tiny", title="Tiny", title_limit=3)
    asset = draft(title="Grill")

    source = client.get(page_of(asset)).content.decode()

    data = json.loads(re.search(r'<script id="placement-data" type="application/json">(.*?)</script>', source)[1])
    about = data["stages"][str(stage("see").pk)]
    recommended = set(Stage.objects.get(slug="see").channels.values_list("pk", flat=True))
    assert set(about["unadvised"]) == set(Channel.objects.values_list("pk", flat=True)) - recommended
    assert data["tooLong"] == {str(small.pk): ["English: The title has 5 characters; Tiny takes 3."]}


def test_placements_are_saved_from_the_grid(client, world, segments):
    asset = draft()
    channel = ChannelFactory()
    row = {
        "placements-TOTAL_FORMS": 1,
        "placements-0-stage": stage("think").pk,
        "placements-0-segments": [segments["families"].pk],
        "placements-0-channels": [channel.pk],
        "placements-0-priority": 70,
    }

    response = client.post(page_of(asset), form_of(client, page_of(asset)) | row)

    [placement] = asset.placements.all()
    assert response.status_code == 302
    assert (placement.stage, placement.priority) == (stage("think"), 70)
    assert ([*placement.segments.all()], [*placement.channels.all()]) == ([segments["families"]], [channel])


# Next steps and teasers


def picked(client, term, field="target_asset"):
    asked = {"term": term, "app_label": "content", "model_name": "nextstep", "field_name": field}
    return client.get(page("autocomplete"), asked)


def test_a_suggestion_says_kind_state_languages_and_stages(client, world):
    asset = draft("see", "think", locales=("en", "nb"))
    Asset.objects.update(name="Grill")
    publish(asset)

    [found] = picked(client, "grill").json()["results"]

    assert found == {"id": str(asset.pk), "text": "Grill", "told": f"{asset.kind.title} · live · en, nb · See, Think"}


def test_suggestions_cost_the_same_for_many_as_for_one(client, world, django_assert_num_queries):
    draft("think", locales=("en", "nb"))
    picked(client, "")
    with CaptureQueriesContext(
        connection,
    ) as one:
        picked(client, "")
    for _ in range(4):
        draft("think", "see", locales=("en", "nb"))

    with CaptureQueriesContext(connection) as five:
        answer = picked(client, "")

    assert len(answer.json()["results"]) == 5
    assert len(five) == len(one)


def test_suggestions_of_other_things_are_as_ever(client, world):
    touchpoint = TouchpointFactory()

    answer = picked(client, touchpoint.title, "target_touchpoint").json()

    assert answer["results"] == [{"id": str(touchpoint.pk), "text": str(touchpoint)}]


def test_suggestions_are_for_those_who_may_see_what_is_suggested(client, world, staff):
    staff("view_nextstep")

    assert picked(client, "").status_code == 403


def test_a_step_says_where_it_leads_and_whether_readers_can_go_there(client, world):
    live, unborn = draft("think"), draft("think")
    publish(live)
    text = draft("see", steps=(("learn_more", live), ("compare", unborn), ("try", "/shop"))).translations.get()

    source = client.get(page_of(text)).content.decode()
    first, second, third = re.findall(r'<div class="step-leads" aria-live="polite">(.*?)</div>', source)[:3]

    assert f'href="{page_of(live)}">{live.name}</a>' in first
    assert f"{live.kind.title} · live" in first
    assert "do not see it" not in first
    assert f"{unborn.kind.title} · draft" in second
    assert "Readers of this language do not see it now" in second
    assert 'href="/shop"' in third


def test_a_live_target_that_readers_of_this_language_cannot_see_is_told(client, world):
    target = draft("think", locales=("nb",))
    publish(target)
    text = draft("see", steps=(("learn_more", target),)).translations.get()

    assert "Readers of this language do not see it now" in text_of(client.get(page_of(text)))


def test_a_new_step_is_offered_the_next_position_and_an_untouched_one_is_none(client, world):
    text = draft("see", steps=(("learn_more", "/a"), ("try", "/b"))).translations.get()
    response = client.get(page_of(text))
    steps = response.context["inline_admin_formsets"][0].formset
    blank = {"next_steps-TOTAL_FORMS": 3, "next_steps-2-position": 3, "next_steps-2-intent": "learn_more"}

    saved = client.post(page_of(text), form_of(client, page_of(text)) | blank)

    assert steps.empty_form["position"].value() == 3
    assert saved.status_code == 302
    assert NextStep.objects.count() == 2


def test_what_was_chosen_is_still_named_when_a_step_is_refused(client, world):
    target = draft("think")
    text = draft("see", steps=()).translations.get()
    row = {
        "next_steps-TOTAL_FORMS": 1,
        "next_steps-0-position": 1,
        "next_steps-0-intent": "learn_more",
        "next_steps-0-label": "",
        "next_steps-0-target_asset": target.pk,
    }

    response = client.post(page_of(text), form_of(client, page_of(text)) | row)

    option = rf'<option value="{target.pk}" selected[^>]*>{target.name}</option>'
    assert response.status_code == 200
    assert re.search(option, response.content.decode())


def test_teasers_are_offered_the_stages_of_the_placements_first(client, world):
    text = draft("care", "think").translations.get()
    Teaser.objects.create(translation=text, stage=stage("see"), text="Look")

    teasers = client.get(page_of(text)).context["inline_admin_formsets"][1].formset

    groups = [
        (name, [label for _, label in stages]) for name, stages in teasers.forms[0].fields["stage"].widget.choices[1:]
    ]
    title = stage("see").journey.title
    assert groups == [
        ("Where it is placed", [f"Think – {title}", f"Care – {title}"]),
        (title, [f"See – {title}", f"Do – {title}"]),
    ]


# Search engines and the picture


def test_a_text_is_shown_as_a_search_result_at_its_address(client, world, kind):
    Kind.objects.update(url_templates={"": "/guides/{slug}", "nb": "/veiledning/{slug}"})
    asset = draft("think", locales=("nb",), slug="grill", title="Tittel", summary="Kort", seo_title="SEO")

    said = text_of(client.get(page_of(asset.translations.get())))

    assert "your site /veiledning/grill SEO Kort" in said
    assert "3 of 60 characters" in said
    assert "0 of 160 characters" in said


def test_a_title_too_long_for_search_engines_is_told_and_saved(client, world):
    text = draft("think").translations.get()
    long = "x" * 61

    response = client.post(page_of(text), form_of(client, page_of(text)) | {"seo_title": long, "title": ""})
    told = text_of(response)
    saved = client.post(page_of(text), form_of(client, page_of(text)) | {"seo_title": long})

    assert "61 of 60 characters; search engines cut it after 60" in told
    assert saved.status_code == 302
    assert Translation.objects.get().seo_title == long


def test_a_picture_stands_beside_what_is_said_of_it(client, world):
    asset = draft("think", locales=("en", "nb"))
    asset.image = media()
    asset.save()
    english, norwegian = asset.translations.order_by("locale__code")
    Translation.objects.filter(pk=english.pk).update(image_alt="A grill")

    source = client.get(page_of(asset)).content.decode()

    assert f'href="{page_of(english)}#id_image_alt">A grill</a>' in source
    assert f'href="{page_of(norwegian)}#id_image_alt">says nothing yet</a>' in source


# What it costs, and in which order it stands


def placed_and_stepped(many, segments):
    names = ("see", "think", "do", "care")[:many]
    targets = [draft("see") for _ in range(many)]
    publish(targets)
    channels = tuple(ChannelFactory().slug for _ in range(many))
    asset = draft(steps=tuple(("learn_more", target) for target in targets))
    for name in names:
        place(asset, name, segments=tuple(segments), channels=channels)
        Teaser.objects.create(translation=asset.translations.get(), stage=stage(name), text="Look")
    return asset


@pytest.mark.parametrize("many", [1, 4])
def test_an_asset_costs_the_same_with_many_placements(client, world, segments, many, django_assert_num_queries):
    asset = placed_and_stepped(many, segments)
    client.get(page_of(asset))

    with django_assert_num_queries(QUERIES["asset"]):
        client.get(page_of(asset))


@pytest.mark.parametrize("many", [1, 4])
def test_a_text_costs_the_same_with_many_steps_and_teasers(client, world, segments, many, django_assert_num_queries):
    text = placed_and_stepped(many, segments).translations.get()
    client.get(page_of(text))

    with django_assert_num_queries(QUERIES["text"]):
        client.get(page_of(text))


QUERIES = {"asset": 33, "text": 28}


def test_sections_stand_in_the_order_of_the_work(client, world):
    asset = draft("think")

    source = client.get(page_of(asset)).content.decode()

    marks = ['id="id_name"', 'id="id_fields"', 'id="translations-heading"', 'id="placements-heading"', 'id="id_terms"']
    marks += ['id="id_image"', 'id="id_owner"', "Public id"]
    found = [source.index(mark) for mark in marks]
    assert found == sorted(found)
