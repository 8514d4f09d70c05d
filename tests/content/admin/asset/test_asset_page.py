"""Where editors live: an asset's pages say what is missing, for every language, and what each tag is for."""

import json
import re
from datetime import timedelta

import pytest

from content.catalogue import current_catalogue
from content.models import Asset, Kind, Teaser, Translation
from content.publishing.checklist import checklist
from content.publishing.publish import check, publish
from content.publishing.waivers import waive
from journeys.models import Channel, Stage
from tests.admin_pages import form_of, page, page_of, text_of
from tests.drafts import draft, place, stage
from tests.factories import ChannelFactory
from tests.pictures import media

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin_client):
    return admin_client


def tabs(response):
    return [(tab.title, tab.is_here, tab.is_written, tab.problems) for tab in response.context["tabs"]]


def lines(response, name="problems"):
    return {str(one.message): (one.link, one.codes) for one in response.context[name]}


def test_lacks_are_what_the_gates_say_of_the_drafts_alone(world, at, django_assert_num_queries):
    asset = draft("think", locales=("en", "nb"), steps=())
    catalogue = current_catalogue()

    with django_assert_num_queries(10):
        found = checklist(asset, catalogue, at=at)

    assert {code: [one.code for one in items] for code, items in found.items()} == {
        "en": ["cta_missing"],
        "nb": ["cta_missing"],
    }
    expected = {(one.code, one.locale) for one in check(asset, at=at)}
    assert {(one.code, one.locale) for items in found.values() for one in items} <= expected


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

    output = lines(client.get(page_of(text)))

    assert [link for link, _ in output.values()] == [
        f"{page_of(asset)}#kind-fields",
        f"{page_of(text)}#kind-fields",
        f"{page_of(text)}#id_slug",
        page("content_translation_review", text.pk),
        f"{page_of(asset)}#placements-group",
    ]
    assert list(output)[:2] == ["Stars: This is missing.", "quote: This is missing."]


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
    assert [link for link, _ in lines(response, "warnings").values()] == [
        f"{page_of(text)}#id_image_alt",
        f"{page_of(text)}#next_steps-group",
    ]


def test_adding_begins_with_the_kind(client, world):
    Kind.objects.update(description="How to choose.", review=True)

    response = client.get(f"{page('content_asset_add')}?name=Grill")

    [(kind, link)] = response.context["kinds"]
    assert link == f"{page('content_asset_add')}?name=Grill&kind={kind.pk}"
    assert f"{kind.title} How to choose. Reviewed before it is published" in text_of(response)
    assert client.get(link).context["adminform"].form.initial["kind"] == str(kind.pk)


@pytest.mark.parametrize("parameters", ["?kind=99999", "?kind=x", "?kind=", ""])
def test_a_kind_that_is_none_is_asked_again(client, world, parameters):
    assert "kinds" in client.get(page("content_asset_add") + parameters).context


def test_a_popup_has_its_form_at_once(client, world):
    assert "adminform" in client.get(f"{page('content_asset_add')}?_popup=1").context


def test_kinds_are_offered_to_those_who_may_add(client, world, staff):
    staff("view_asset")

    assert client.get(page("content_asset_add")).status_code == 403


def test_a_house_without_kinds_says_how_to_get_some(client, locales):
    assert "There are no kinds yet." in text_of(client.get(page("content_asset_add")))


def advised(client, asset):
    return text_of(client.get(page_of(asset)))


def test_a_placement_says_what_its_stage_is_about(client, world):
    asset = draft("see")
    own = stage("see")

    page_text = re.sub("&#x27;", "'", advised(client, asset))

    assert f"They ask {own.question}" in page_text
    assert f"They need {own.need}" in page_text
    assert "Recommended here" in page_text


def test_channels_that_do_not_suit_are_told_as_the_gates_tell_them(client, world, at):
    small = Channel.objects.create(slug="tiny", title="Tiny", title_limit=3)
    asset = draft("see", locales=("en", "nb"), channels=(small.slug,), title="Grill", image_alt="x")

    page_text = advised(client, asset)

    gates = [one for one in check(asset, at=at) if one.code in ("channel_not_recommended", "too_long_for_channel")]
    assert {one.code for one in gates} == {"channel_not_recommended", "too_long_for_channel"}
    assert all(one.message in page_text for one in gates)
    assert f"Norsk bokmål: {gates[-1].message}" in page_text


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


def test_a_text_is_shown_as_a_search_result_at_its_address(client, world, kind):
    Kind.objects.update(url_templates={"": "/guides/{slug}", "nb": "/veiledning/{slug}"})
    asset = draft("think", locales=("nb",), slug="grill", title="Tittel", summary="Kort", seo_title="SEO")

    page_text = text_of(client.get(page_of(asset.translations.get())))

    assert "your site /veiledning/grill SEO Kort" in page_text
    assert "3 of 60 characters" in page_text
    assert "0 of 160 characters" in page_text


def test_a_title_too_long_for_search_engines_is_told_and_saved(client, world):
    text = draft("think").translations.get()
    long = "x" * 61

    response = client.post(page_of(text), form_of(client, page_of(text)) | {"seo_title": long, "title": ""})
    page_text = text_of(response)
    saved = client.post(page_of(text), form_of(client, page_of(text)) | {"seo_title": long})

    assert "61 of 60 characters; search engines cut it after 60" in page_text
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
    assert f'href="{page_of(norwegian)}#id_image_alt">no alternative text yet</a>' in source


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
