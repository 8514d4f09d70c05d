"""Adding a language: the form stays a form whatever is wrong, and the slug is made of the title."""

import json

import pytest
from django.contrib.auth.models import Group, User

from content.accounts.roles import load_roles
from content.admin.text.kind_fields import KindWidget
from content.admin.text.slugs import slug_from
from content.drafts.history import keep
from content.models import Asset, Kind, Locale, Translation
from content.presets.load import load_kinds
from content.publishing.publish import publish
from tests.admin_pages import errors, form_of, page
from tests.drafts import draft

pytestmark = pytest.mark.django_db
FIELDS = {"quote": "Ninety seconds.", "person": "Jonas"}


@pytest.fixture
def asset(world):
    load_kinds(["testimonial"])
    kind = Kind.objects.get(slug="testimonial")
    kind.schema["properties"]["said_on"] = {"type": "string", "format": "date"}
    kind.save()
    asset = draft("see", kind="testimonial", slug="pizza-night", title="Pizza night", fields=FIELDS)
    asset.fields = {"rating": 5}
    asset.save()
    return asset


def address(asset, code="nb"):
    locale = Locale.objects.get(code=code)
    return f"{page('content_translation_add')}?asset={asset.pk}&locale={locale.pk}"


def posted(client, asset, code="nb", **words):
    data = {**form_of(client, address(asset, code)), "fields": json.dumps(FIELDS), "_continue": "1", **words}
    return client.post(address(asset, code), data)


# The slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Blåbær & fløte", "blabaer-flote"),
        ("Ærlig ØL på ÅS", "aerlig-ol-pa-as"),
        ("Sju sjösjuka sjömän", "sju-sjosjuka-sjoman"),
        ("Größe – 2.0", "grosse-2-0"),
        ("a_b/c  --  d", "a-b-c-d"),
        ("ﬁre", "fire"),
        ("Привет", ""),
        ("🔥", ""),
    ],
)
def test_slugs_are_made_of_plain_letters(title, slug):
    assert slug_from(title) == slug


def test_slug_left_empty_is_made_from_the_title(admin_client, asset):
    posted(admin_client, asset, title="Onsdag ble pizzadag på Ås", slug="")

    assert Translation.objects.get(locale__code="nb").slug == "onsdag-ble-pizzadag-pa-as"


def test_slug_that_another_asset_has_or_had_gets_a_number(admin_client, asset, at):
    other = draft("see", kind="testimonial", slug="pizzadag", fields=FIELDS)
    publish(other, at=at)
    other.translations.update(slug="another")
    draft("see", kind="testimonial", slug="pizzadag-2", fields=FIELDS)

    posted(admin_client, asset, title="Pizzadag", slug="")

    assert Translation.objects.get(asset=asset, locale__code="nb").slug == "pizzadag-3"


@pytest.mark.parametrize(
    ("templates", "slug"),
    [({}, "pizza-night-2"), ({"en": "/said/{slug}", "nb": "/sagt/{slug}"}, "pizza-night")],
)
def test_slug_of_another_language_is_shared_unless_both_had_one_address(admin_client, asset, templates, slug):
    Kind.objects.filter(slug="testimonial").update(url_templates=templates)

    posted(admin_client, asset, title="Pizza night", slug="")

    assert Translation.objects.get(locale__code="nb").slug == slug


def test_title_of_which_no_slug_can_be_made_is_told_in_a_sentence(admin_client, asset):
    response = posted(admin_client, asset, title="Привет", slug="")

    messages = ["Write a slug, such as “winter-grilling”: none can be made from this title."]
    assert errors(response) == {"slug": messages}


def test_browser_makes_the_slug_on_every_road_to_a_new_text(admin_client, asset):
    for road in (page("content_translation_add"), address(asset)):
        context = admin_client.get(road).context
        [ready] = context["adminform"].prepopulated_fields
        assert (ready["field"].name, [one.name for one in ready["dependencies"]]) == ("slug", ["title"])
        assert ready["field"].field.allow_unicode is False
        assert not ready["field"].value()


def test_slug_emptied_on_a_text_that_is_there_is_made_anew(admin_client, asset):
    text = asset.translations.get()
    where = page("content_translation_change", text.pk)

    admin_client.post(where, {**form_of(admin_client, where), "title": "Other night", "slug": ""})

    text.refresh_from_db()
    assert text.slug == "other-night"


# The form


WRONG = {
    "no title": {"title": ""},
    "no slug to make": {"title": "Привет", "slug": ""},
    "slug of other letters": {"slug": "not a slug"},
    "a day that is none": {"published_at_0": "soon", "published_at_1": "10:00"},
    "fields that do not fit": {"fields": json.dumps({**FIELDS, "person": "x" * 121})},
    "a date that is none": {"fields": json.dumps({**FIELDS, "said_on": "soon"})},
    "a row without a target": {
        "next_steps-TOTAL_FORMS": "1",
        "next_steps-0-label": "Read on",
        "next_steps-0-position": "1",
        "next_steps-0-intent": "learn_more",
    },
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_form_of_a_new_text_survives_every_error(admin_client, asset, wrong):
    response = posted(admin_client, asset, **{"summary": "Typed", "body": "<p>Typed</p>", **wrong})

    form = response.context["adminform"].form
    assert response.status_code == 200
    assert isinstance(form.fields["fields"].widget, KindWidget)
    assert json.loads(form["fields"].value()) == json.loads(wrong.get("fields", json.dumps(FIELDS)))
    assert (form["summary"].value(), form["body"].value()) == ("Typed", "<p>Typed</p>")
    assert "save once to see which" not in response.content.decode()


def test_json_that_no_form_could_show_stays_as_it_was_typed(admin_client, asset):
    typed = json.dumps({**FIELDS, "unknown": {"a": [1]}})

    response = posted(admin_client, asset, title="", fields=typed)

    form = response.context["adminform"].form
    assert not isinstance(form.fields["fields"].widget, KindWidget)
    assert form["fields"].value() == typed


def test_markup_that_the_editor_would_drop_stays_after_an_error(admin_client, asset):
    body = "<details><summary>More</summary><p>Hidden</p></details>"

    response = posted(admin_client, asset, title="", body=body)

    assert response.context["adminform"].form["body"].value() == body
    assert "so it is edited as HTML" in response.content.decode()


# Whoever may only read


@pytest.fixture
def readers(db):
    """Clients of those who may read the texts of others, and not change them."""
    load_roles()

    def made(client, role):
        user = User.objects.create_user(role.lower(), is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return client

    return made


@pytest.mark.parametrize("role", ["Author", "Publisher", "Analyst"])
def test_fields_and_body_are_read_in_words(client, readers, asset, role):
    text = asset.translations.get()
    Translation.objects.update(body="<p>As <strong>hot</strong> as it gets.</p>")
    reader = readers(client, role)

    html = reader.get(page("content_translation_change", text.pk)).content.decode()
    shared = reader.get(page("content_asset_change", asset.pk)).content.decode()

    assert "<p>As <strong>hot</strong> as it gets.</p>" in html
    assert "Ninety seconds." in html
    assert "<dt>Person</dt>" in html
    assert "<dt>Rating, 1–5</dt>" in shared
    for page_of_it in (html, shared):
        for json_of_it in ("&quot;quote&quot;", "&quot;rating&quot;", "{&#x27;", '<span class="nt">'):
            assert json_of_it not in page_of_it


def test_editions_are_read_in_words(admin_client, asset, at):
    [edition] = publish(asset, at=at)

    html = admin_client.get(page("content_edition_change", edition.pk)).content.decode()

    assert "<dt>Rating, 1–5</dt>" in html
    assert "rating" not in html.replace("Rating, 1–5", "")


def test_history_is_read_in_words(admin_client, admin_user, world, at):
    load_kinds(["faq"])
    asset = draft("see", kind="faq", fields={"questions": [{"question": "Why?", "answer": "So."}]})
    keep(asset, by=admin_user, at=at)
    asset.translations.update(fields={"questions": [{"question": "Why?", "answer": "Because."}]})
    keep(Asset.objects.get(), by=admin_user, at=at)

    entries = admin_client.get(page("content_asset_history", asset.pk)).context["entries"]

    [change] = entries[0]["changes"]
    assert change.where == "fields: Questions (en)"
    after = "".join(piece.text for piece in change.pieces if piece.kind != "del")
    title, *lines = after.splitlines()
    assert title == "1:"
    assert sorted(lines) == ["  Answer: Because.", "  Question: Why?"]  # jsonb keeps no order of a schema's properties
