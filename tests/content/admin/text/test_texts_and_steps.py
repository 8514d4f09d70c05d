"""The form of a text: where a translation begins, steps that change places, and markup that is kept or taken out."""

import pytest

from content.models import (
    NextStep,
    Translation,
)
from tests.admin_pages import errors, form_of, page
from tests.drafts import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin_client):
    return admin_client


def test_a_new_translation_starts_as_a_copy_of_the_nearest_one(client, world, locales):
    asset = draft("think", locales=("en", "da"))
    Translation.objects.filter(asset=asset, locale=locales["da"]).update(title="Grillen")

    address = f"{page('content_translation_add')}?asset={asset.pk}&locale={locales['nb'].pk}"

    assert client.get(address).context["adminform"].form.initial["title"] == "Grillen"


def test_a_translation_of_nothing_is_refused_in_words(client, world):
    steps = {"next_steps-TOTAL_FORMS": 0, "next_steps-INITIAL_FORMS": 0}
    teasers = {"teasers-TOTAL_FORMS": 0, "teasers-INITIAL_FORMS": 0}

    response = client.post(page("content_translation_add"), {"title": "Grill", "slug": "grill", **steps, **teasers})

    assert errors(response) == {"asset": ["This field is required."], "locale": ["This field is required."]}


def test_next_steps_can_change_places(client, world):
    asset = draft("think", steps=(("learn_more", "/first"), ("compare", "/second"), ("buy", "/third")))
    address = page("content_translation_change", asset.translations.get().pk)
    moved = {"next_steps-0-position": 2, "next_steps-1-position": 1, "next_steps-2-DELETE": "on"}

    client.post(address, form_of(client, address) | moved)

    assert list(NextStep.objects.values_list("position", "target_url")) == [(1, "/second"), (2, "/first")]


@pytest.mark.parametrize(
    "change",
    [{"next_steps-0-position": 2}, {"next_steps-0-target_url": ""}, {"next_steps-0-target_url": "javascript:alert(1)"}],
)
def test_steps_that_cannot_stand_are_refused_in_words(client, world, change):
    asset = draft("think", steps=(("learn_more", "/first"), ("compare", "/second")))
    address = page("content_translation_change", asset.translations.get().pk)

    response = client.post(address, form_of(client, address) | change)

    assert response.status_code == 200
    assert b"constraint" not in response.content.lower()
    assert NextStep.objects.get(position=1).target_url == "/first"


@pytest.mark.parametrize(("body", "result"), [("<p>Hot</p>", "ProseEditorWidget"), ("<dl><dt>a</dt></dl>", "Textarea")])
def test_markup_that_the_editor_would_drop_is_written_as_html(client, world, body, result):
    asset = draft("think", body=body)
    address = page("content_translation_change", asset.translations.get().pk)

    field = client.get(address).context["adminform"].form.fields["body"]

    assert type(field.widget).__name__.endswith(f"{result}Widget".replace("WidgetWidget", "Widget"))


def test_scripts_are_taken_out_of_a_body_on_saving(client, world):
    asset = draft("think")
    address = page("content_translation_change", asset.translations.get().pk)

    client.post(address, form_of(client, address) | {"body": "<p>Hot<script>alert(1)</script></p>"})

    assert asset.translations.get().body == "<p>Hot</p>"
