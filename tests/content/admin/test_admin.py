"""The editors' screens: every page answers, publishing is a right, and nothing is a 500."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.admin.asset.state import COLOURS, STATES, WORDS
from content.admin.publishing.edition import EditionAdmin
from content.drafts.review import approve, note_edit, submit
from content.events.endpoints import add_endpoint, send_test
from content.models import (
    Asset,
    Edition,
    ExpectedStep,
    Kind,
    Locale,
    NextStep,
    Pin,
    Publication,
    Source,
    Target,
    Translation,
    Waiver,
)
from content.publishing.publish import publish, withdraw
from content.publishing.waivers import waive
from content.sharing.share import share
from content.tokens import issue_token
from journeys.models import Journey, Stage
from tests.drafts import draft, place, stage
from tests.factories import ChannelFactory, TermFactory, TouchpointFactory
from tests.pictures import media

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
LIST, ADD = "changelist", "add"
PAGES = (LIST, ADD, "change", "delete")
FAR = {"until_0": "2999-01-01", "until_1": "12:00"}


@pytest.fixture
def client(admin_client):
    return admin_client


@pytest.fixture
def staff(client):
    """Somebody who may log in and has exactly the rights named."""

    def logged_in(*rights):
        user = User.objects.create_user("editor", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        client.force_login(user)
        return user

    return logged_in


@pytest.fixture
def house(world, admin_user):
    """A row of everything that has a screen."""
    asset = draft("think", locales=("en", "nb"), slug="grill")
    asset.terms.add(TermFactory())
    [edition, _] = publish(asset)
    touchpoint = TouchpointFactory(journey=Journey.objects.get(), channel=ChannelFactory())
    Pin.objects.create(touchpoint=touchpoint, asset=asset)
    Target.objects.create(stage=stage("think"), minimum=2)
    ExpectedStep.objects.create(stage=stage("think"), intents=["compare"])
    asset.image = media()
    asset.save()
    Source.objects.create(key="pages/grill", asset=asset, hashes={"en": {}})
    Group.objects.create(name="Editors")
    issue_token("Preview site", scopes=["preview"])
    share(asset.translations.first(), by=admin_user)
    now = timezone.now()
    send_test(add_endpoint("Site", url="https://example.org/hook", at=now)[0], at=now)
    waive(f"cta_missing:{asset.public_id}:en", reason="Soon", until=now + timedelta(days=1), by=admin_user, at=now)
    return edition


def with_picture(asset):
    asset.image = media()
    asset.save()
    return asset


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


def address_of(model, name):
    args = [model._default_manager.first().pk] if name not in (LIST, ADD) else []
    return page(f"{model._meta.app_label}_{model._meta.model_name}_{name}", *args)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def publish_from_list(client, *assets):
    """Chooses them in the list, and says yes on the page that asks: its answer."""
    chosen = {"action": "publish_now", "_selected_action": [asset.pk for asset in assets]}
    return client.post(client.post(page("content_asset_changelist"), chosen)["Location"])


def errors(response):
    return {name: list(lines) for name, lines in response.context["adminform"].form.errors.items()}


def form_of(client, address):
    """What the form at ``address`` would post if nobody touched it."""
    context = client.get(address).context
    forms = [context["adminform"].form]
    data = {}
    for formset in (found.formset for found in context["inline_admin_formsets"]):
        forms += [formset.management_form, *formset.forms]
    for bound in (bound for each in forms for bound in each):
        value = bound.value()
        if hasattr(bound.field.widget, "decompress"):
            parts = bound.field.widget.decompress(value)
            data |= {f"{bound.html_name}_{index}": part for index, part in enumerate(parts)}
        else:
            data[bound.html_name] = value
    return {name: value for name, value in data.items() if value is not None and value is not False}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_every_page_answers_a_superuser_or_says_why_not(client, house, model, rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    screen = admin.site._registry[model]
    may = {ADD: screen.has_add_permission(request), "delete": screen.has_delete_permission(request)}

    answers = {name: client.get(address_of(model, name)) for name in (*PAGES, "history")}

    codes = {name: answer.status_code for name, answer in answers.items()}
    if may["delete"] and told(answers["delete"]):
        assert codes.pop("delete") == 302
    assert codes == {name: 200 if may.get(name, True) else 403 for name in codes}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_every_page_is_closed_to_staff_without_rights_and_to_strangers(client, house, staff, model):
    addresses = [address_of(model, name) for name in PAGES]
    staff()

    without_rights = [client.get(address).status_code for address in addresses]
    client.logout()

    assert without_rights == [403] * len(PAGES)
    assert [client.get(address).status_code for address in addresses] == [302] * len(PAGES)


@pytest.mark.parametrize(
    "name", ["content_asset_publish", "content_asset_withdraw", "content_edition_again", "journeys_stage_move"]
)
def test_pages_that_ask_before_a_verb_are_for_those_who_may_publish(client, house, staff, name):
    args = (
        [house.pk if "edition" in name else stage("think").pk] if name.count("_") == 2 and "asset" not in name else []
    )
    as_admin = client.get(page(name, *args), {"ids": house.asset_id}).status_code
    staff("view_asset", "change_asset", "view_edition", "view_stage")

    as_editor = client.get(page(name, *args), {"ids": house.asset_id}).status_code
    client.logout()

    assert (as_admin, as_editor, client.get(page(name, *args)).status_code) == (200, 403, 302)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_those_who_may_only_look_can_look(client, house, staff, model):
    addresses = [address_of(model, name) for name in (LIST, "change")]
    staff(*Permission.objects.filter(codename__startswith="view_").values_list("codename", flat=True))

    assert [client.get(address).status_code for address in addresses] == [200, 200]


@pytest.mark.parametrize(
    "address", ["asset/publish/?ids=x,9", "asset/withdraw/", "edition/9/again/", "edition/9/move/"]
)
def test_a_page_about_nothing_is_not_found(client, world, address):
    assert client.get(f"/admin/content/{address}").status_code == 404


def test_the_first_page_lists_the_tasks_somebody_may_do(client, world, staff):
    staff("view_asset")

    response = client.get(page("index"))

    assert b"Assets" in response.content
    assert b"Kinds" not in response.content


def test_publishing_from_the_list_shows_the_texts_to_readers(client, world, api):
    asset = draft("think", slug="grill", title="How big a grill?")

    response = publish_from_list(client, asset)

    assert told(response)[0].startswith("Published: 1 text – “How big a grill?” (en).")
    assert Publication.objects.get().by.username == "admin"
    assert api.get("/api/v1/content/guide/grill/").status_code == 200


def test_a_target_says_how_much_or_how_often_or_both(client, world):
    address, term = page("content_target_add"), TermFactory(title="Proof")
    form = {"stage": stage("think").pk, "minimum": "", "maximum": 5, "fresh_days": ""}

    refused = client.post(address, form)
    client.post(address, {**form, "fresh_days": 30})
    client.post(address, {**form, "minimum": 1, "term": term.pk})
    client.post(address, {**form, "minimum": 1, "term": term.pk, "kind": Kind.objects.get().pk, "fresh_days": 7})

    assert errors(refused) == {"__all__": ["Say how much there should be, or how often something new."]}
    told = ("term", "minimum", "maximum", "fresh_days")
    assert list(Target.objects.order_by("pk").values_list(*told)) == [
        (None, None, None, 30),
        (term.pk, 1, 5, None),
        (term.pk, 1, 5, 7),
    ]
    listed = client.get(page("content_target_changelist")).content.decode()
    cells = [re.findall(rf'field-{name}[ "][^>]*>\s*(.*?)\s*<', listed) for name in ("minimum", "most", "rhythm")]
    assert cells == [["-", "1", "1"], ["", "5", "5"], ["every 30 days", "", "every 7 days"]]
    assert "asked of all stages of a journey" in client.get(address).content.decode()
    same = client.post(address, {**form, "minimum": 2, "term": term.pk})
    assert errors(same) == {"__all__": ["There is a target for exactly this already; change that one."]}


def test_a_refusal_is_told_finding_by_finding_with_the_way_to_accept_it(client, world):
    asset = draft("think", steps=())

    response = publish_from_list(client, asset)

    key = f"cta_missing%3A{asset.public_id}%3Aen"
    assert told(response) == [
        'Nothing was published.<ul class="told-lines"><li>Not published: <a class="underline" '
        f'href="/admin/content/translation/{asset.translations.get().pk}/change/#next_steps-group">“{asset.name}” (en)'
        f'</a>: <a class="underline" href="/admin/content/waiver/add/?key={key}">accept this for a time …</a> – Say '
        "what the reader can do next: a text for consideration or purchase needs a call to action.</li></ul>",
    ]
    assert not Edition.objects.exists()


def test_nothing_to_publish_is_told(client, world):
    asset = draft("think", locales=())

    response = publish_from_list(client, asset)

    [message] = told(response)
    assert message == (
        f'Nothing was published.<ul class="told-lines"><li>Left out: “{asset.name}” – Nothing is written yet.</li></ul>'
    )


def test_publishing_is_not_offered_to_those_who_may_not(client, world, staff):
    asset = draft("think")
    staff("view_asset", "change_asset", "view_kind", "change_kind")

    listed = client.get(page("content_asset_changelist"))
    opened = client.get(page("content_asset_change", asset.pk))
    response = client.post(page("content_asset_changelist"), {"action": "publish_now", "_selected_action": [asset.pk]})

    assert all(word not in listed.content for word in (b"publish_now", b"withdraw_some", b"asset/publish/"))
    assert b"Save and publish" not in opened.content
    assert response.status_code == 200
    assert not Edition.objects.exists()


def test_save_and_publish_saves_the_tags_first(client, world):
    asset = draft("think")
    address = page("content_asset_change", asset.pk)
    form = form_of(client, address) | {"placements-0-priority": 77, "content_asset_save_and_publish": ""}

    client.post(address, form)

    [edition] = Edition.objects.all()
    assert [placed["priority"] for placed in edition.placements] == [77]


def test_the_publish_page_foretells_what_the_gates_say_and_changes_nothing(client, world):
    asset = draft("think", steps=())

    response = client.get(page("content_asset_publish"), {"ids": asset.pk})

    assert b"needs a call to action" in response.content
    assert not Publication.objects.exists()


def test_the_publish_page_schedules_the_languages_chosen(client, world, locales):
    asset = draft("think", locales=("en", "nb"), title="Grill")
    form = {"locales": [locales["nb"].pk], "live_from_0": "2999-01-01", "live_from_1": "12:00", "note": "Spring"}

    response = client.post(f"{page('content_asset_publish')}?ids={asset.pk}", form)

    assert told(response)[0] == "Scheduled: “Grill” (nb), for 2999-01-01 12:00."
    [edition] = Edition.objects.all()
    assert (edition.locale.code, edition.window_at(timezone.now())) == ("nb", "scheduled")
    assert edition.publication.note == "Spring"


def test_a_start_that_has_passed_is_refused_in_words(client, world, locales):
    asset = draft("think")
    form = {"locales": [locales["en"].pk], "live_from_0": "2001-01-01", "live_from_1": "12:00"}

    response = client.post(f"{page('content_asset_publish')}?ids={asset.pk}", form)

    lines = [str(message) for message in response.context["messages"]]
    assert lines[1] == f"{asset.name}, en: The start has passed already; leave it out to publish now."


def test_withdrawing_asks_first_and_then_ends_it(client, world, api, locales):
    asset = draft("think", slug="grill", title="Grill")
    publish(asset)
    chosen = {"action": "withdraw_some", "_selected_action": [asset.pk]}

    question = client.post(page("content_asset_changelist"), chosen)
    response = client.post(question.url, {"locales": [locales["en"].pk]})

    assert told(response) == ["Withdrawn: “Grill” (en)."]
    assert api.get("/api/v1/content/guide/grill/").status_code == 404


def test_an_old_edition_can_be_restored(client, world):
    asset = draft("think", title="Old")
    [old] = publish(asset)
    asset.translations.update(title="New")
    publish(asset)

    client.post(page("content_edition_again", old.pk), {"note": "Better"})

    assert [edition.title for edition in Edition.objects.all()] == ["Old", "New", "Old"]


def test_the_end_of_a_live_edition_can_be_moved(client, world):
    [edition] = publish(draft("think"))
    address = page("content_edition_move", edition.pk)

    client.post(address, {"live_until_0": "2999-01-01", "live_until_1": "12:00"})

    assert Edition.objects.get().live_until.year == 2999


def test_an_edition_that_has_ended_is_not_rescheduled_and_says_so(client, world):
    asset = draft("think")
    [edition] = publish(asset)
    withdraw(asset)
    form = {"live_until_0": "2999-01-01", "live_until_1": "12:00"}

    response = client.post(page("content_edition_move", edition.pk), form)

    lines = [str(message) for message in response.context["messages"]]
    assert lines == ["This edition has ended; publish or restore it instead."]


@pytest.mark.parametrize("name", ["change", "delete"])
def test_an_edition_cannot_be_changed_or_deleted_by_any_form(client, house, name):
    response = client.post(page(f"content_edition_{name}", house.pk), {"title": "Other", "post": "yes"})

    assert response.status_code == 403
    assert Edition.objects.get(pk=house.pk).title == house.title


def test_saving_drafts_changes_no_public_byte(client, world, api):
    asset = draft("think", slug="grill", title="Grill", body="<p>Hot</p>")
    publish(asset)
    paths = ["/api/v1/content/", "/api/v1/content/guide/grill/", f"/api/v1/content/{asset.public_id}/next/"]
    before = [api.get(path).content for path in paths]
    text = asset.translations.get()
    asset_page, text_page = page("content_asset_change", asset.pk), page("content_translation_change", text.pk)

    client.post(asset_page, form_of(client, asset_page) | {"name": "Other", "placements-0-priority": 3})
    client.post(text_page, form_of(client, text_page) | {"title": "Other", "slug": "other", "body": "<p>Cold</p>"})

    text.refresh_from_db()
    assert (Asset.objects.get().name, text.title, text.slug, text.body) == ("Other", "Other", "other", "<p>Cold</p>")
    assert [api.get(path).content for path in paths] == before


@pytest.mark.parametrize("name", ["asset", "translation", "edition", "media"])
def test_a_list_asks_as_much_for_three_as_for_one(client, world, name):
    address = page(f"content_{name}_changelist")
    publish(with_picture(draft("think")))
    client.get(address)
    with CaptureQueriesContext(connection) as for_one:
        client.get(address)
    publish([with_picture(draft("think", "do")), with_picture(draft("see", locales=("nb",)))])

    with CaptureQueriesContext(connection) as for_three:
        response = client.get(address)

    assert len(response.context["cl"].result_list) == 3
    assert len(for_three) == len(for_one)


def test_the_list_says_in_a_word_what_readers_see_and_how_far_the_draft_is(client, world, admin_user):
    now = timezone.now()
    words = ("draft", "in review", "approved", "scheduled", "live", "live with changes", "live, in review")
    assets = {word: draft("think") for word in (*words, "live, approved", "expired", "withdrawn")}
    publish(assets["expired"], at=now - timedelta(hours=2), live_until=now - timedelta(hours=1))
    publish([assets[word] for word in assets if word.startswith("live") or word == "withdrawn"])
    withdraw(assets["withdrawn"])
    publish(assets["scheduled"], live_from=now + timedelta(days=1))
    for word in ("live with changes", "live, in review", "live, approved"):
        assets[word].translations.update(summary="More")
        note_edit(assets[word])
    for word in ("in review", "approved", "live, in review", "live, approved"):
        submit(assets[word].translations.get(), by=admin_user, at=now)
    for word in ("approved", "live, approved"):
        approve(assets[word].translations.get(), by=User.objects.create_superuser(word), at=now)
    screen = admin.site._registry[Asset]

    def listed(**asked):
        return client.get(page("content_asset_changelist"), asked).context["cl"].result_list

    assert {asset.pk: screen.state(asset) for asset in listed()} == {asset.pk: word for word, asset in assets.items()}
    found = {state: {asset.pk for asset in listed(state=state)} for state in STATES}
    assert found == {
        "draft": {assets["draft"].pk},
        "in review": {assets["in review"].pk, assets["live, in review"].pk},
        "approved": {assets["approved"].pk, assets["live, approved"].pk},
        "scheduled": {assets["scheduled"].pk},
        "live": {asset.pk for word, asset in assets.items() if word.startswith("live")},
        "live with changes": {assets[f"live{word}"].pk for word in (" with changes", ", in review", ", approved")},
        "expired": {assets["expired"].pk},
        "withdrawn": {assets["withdrawn"].pk},
    }


def test_each_language_has_a_state_of_its_own_and_a_recall_is_a_withdrawal(client, world, locales):
    asset = draft("think", locales=("en", "nb", "da"))
    publish(asset)
    withdraw(asset, locales=[locales["nb"]], recall=True)
    asset.translations.filter(locale=locales["da"]).update(summary="More")
    note_edit(asset, asset.translations.filter(locale=locales["da"]))

    listed = client.get(page("content_translation_changelist")).context["cl"].result_list

    assert {text.locale.code: text.word for text in listed} == {
        "en": "live",
        "nb": "withdrawn",
        "da": "live with changes",
    }
    assert set(COLOURS) == set(WORDS)


def test_owner_who_left_stays_the_owner_until_somebody_else_is_named(client, world):
    asset = draft("think")
    asset.owner = User.objects.create_user("gone", is_staff=False, is_active=False)
    asset.save()
    address = page("content_asset_change", asset.pk)

    client.post(address, form_of(client, address) | {"name": "Other"})

    asset.refresh_from_db()
    assert (asset.name, asset.owner.username) == ("Other", "gone")


def test_saving_untouched_changes_nothing(client, world):
    asset = draft("think", body="<p>One</p>")
    publish(asset)
    pages = [page("content_asset_change", asset.pk), page("content_translation_change", asset.translations.get().pk)]
    before = asset.translations.get().updated_at

    for address in pages:
        assert client.post(address, form_of(client, address)).status_code == 302

    assert asset.translations.get().updated_at == before
    assert client.get(page("content_asset_changelist")).context["cl"].result_list[0].word == "live"


def test_review_is_switched_on_for_a_kind(client, world):
    kind = Kind.objects.get(slug="guide")
    address = page("content_kind_change", kind.pk)

    client.post(address, form_of(client, address) | {"review": "on"})

    kind.refresh_from_db()
    assert kind.review


def test_assets_are_found_by_the_title_and_slug_of_any_language(client, world, locales):
    asset = draft("think", locales=("en", "nb"))
    draft("think")
    Translation.objects.filter(asset=asset, locale=locales["nb"]).update(title="Grillen", slug="stor-grill")

    for words in ("Grillen", "stor-grill"):
        found = client.get(page("content_asset_changelist"), {"q": words}).context["cl"].result_list
        assert [each.pk for each in found] == [asset.pk]


def test_stage_and_segment_are_asked_of_the_same_placement(client, world, segments):
    asset = draft("think", segments=("families",))
    place(asset, "do")
    both = {"stage": stage("do").pk, "segment": segments["families"].pk}

    def found(**asked):
        return [each.pk for each in client.get(page("content_asset_changelist"), asked).context["cl"].result_list]

    assert found(**both) == []
    assert found(stage=both["stage"]) == found(segment=both["segment"]) == [asset.pk]
    assert found(stage=both["stage"], segment="everyone") == [asset.pk]


@pytest.mark.parametrize("asked", ["stage=x", "state=gone", "owner=0", "_facets=True"])
def test_a_filter_typed_wrong_is_passed_over(client, world, asked):
    draft("think")

    response = client.get(f"{page('content_asset_changelist')}?{asked}", follow=True)

    assert response.status_code == 200


@pytest.mark.parametrize("asked", ["kind=9999999999999999999999", "locale=%00", "p=x", "o=99.x"])
def test_what_no_list_can_read_is_refused(client, world, asked):
    draft("think")

    response = client.get(f"{page('content_asset_changelist')}?{asked}")

    assert response.status_code == 400


def test_moving_content_to_another_stage_frees_the_stage(client, world, api):
    publish(draft("think", slug="grill"))
    draft("think")
    think, do = stage("think"), stage("do")

    response = client.post(page("journeys_stage_move", think.pk), {"to": do.pk})
    client.post(page("journeys_stage_delete", think.pk), {"post": "yes"})

    assert told(response)[0] == "Moved to see-think-do-care: Do: 2 placements and 1 published edition."
    assert not Stage.objects.filter(slug="think").exists()
    assert [item["slug"] for item in api.get("/api/v1/content/?stage=do").json()["results"]] == ["grill"]


def test_a_stage_that_a_published_edition_names_says_so_when_it_is_to_go(client, world):
    publish(draft("think"))

    response = client.post(page("journeys_stage_delete", stage("think").pk), {"post": "yes"})

    assert told(response)[0].startswith(
        "“see-think-do-care: Think” is used by 1 published edition and 1 placement and cannot be deleted."
    ) or told(response)[0].startswith(
        "“see-think-do-care: Think” is used by 1 placement and 1 published edition and cannot be deleted."
    )


def test_an_asset_that_was_published_is_kept_and_says_what_to_do_instead(client, world):
    asset = draft("think")
    publish(asset)

    response = client.post(page("content_asset_delete", asset.pk), {"post": "yes"})

    assert told(response)[0].endswith(
        "cannot be deleted. Withdraw it instead: then readers no longer see it, and what was published stays on record."
    )
    assert Asset.objects.exists()


def test_a_draft_that_was_never_published_can_go(client, world):
    asset = draft("think")

    client.post(page("content_asset_delete", asset.pk), {"post": "yes"})

    assert not Asset.objects.exists()


def test_a_changed_schema_names_the_drafts_that_no_longer_fit(client, world, kind):
    asset = draft("think")
    address = page("content_kind_change", kind.pk)
    schema = '{"type": "object", "properties": {"author": {"type": "string"}}, "required": ["author"]}'

    response = client.post(address, form_of(client, address) | {"schema": schema})

    [line] = [line for line in told(response) if "fit these fields" in line]
    assert line.startswith("1 text does not fit these fields.")
    assert page("content_asset_change", asset.pk) in line


def test_a_schema_that_is_none_is_refused_in_words(client, world, kind):
    address = page("content_kind_change", kind.pk)

    response = client.post(address, form_of(client, address) | {"schema": '{"type": "array"}'})

    assert errors(response) == {"schema": ["Write a JSON Schema of type “object” with “properties”."]}


def test_fields_that_do_not_fit_their_kind_are_refused_in_words(client, world):
    Kind.objects.update(schema={"type": "object", "properties": {"rating": {"type": "integer", "x-localized": False}}})
    asset = draft("think")
    address = page("content_asset_change", asset.pk)

    response = client.post(address, form_of(client, address) | {"fields": '{"rating": "high"}'})

    assert errors(response) == {"fields": ['rating: "high" is not of type "integer"']}


def test_an_asset_whose_kind_asks_for_more_than_the_first_form_has_is_refused_in_words(client, world, kind):
    Kind.objects.update(schema={"type": "object", "properties": {}, "minProperties": 1})

    response = client.post(page("content_asset_add"), {"name": "Grill", "kind": kind.pk})

    assert list(errors(response)) == ["__all__"]


def test_a_new_asset_goes_on_to_its_own_page_and_belongs_to_its_maker(client, world, kind, admin_user):
    suggested = client.get(f"{page('content_asset_add')}?kind={kind.pk}").context["adminform"].form.initial["owner"]

    response = client.post(page("content_asset_add"), {"name": "Grill", "kind": kind.pk, "owner": suggested})

    asset = Asset.objects.get()
    assert (response.url, asset.owner) == (page("content_asset_change", asset.pk), admin_user)


def test_another_fallback_is_shown_to_readers_at_once(client, world, api, locales):
    publish(draft("think", locales=("da",), slug="grill"))
    address = page("content_locale_change", locales["sv"].pk)

    client.post(address, form_of(client, address) | {"fallback": locales["da"].pk})

    assert api.get("/api/v1/content/guide/grill/?locale=sv").json()["locale"]["served"] == "da"


@pytest.mark.parametrize(("code", "kept"), [("en", True), ("sv", False)])
def test_a_language_in_use_is_kept_and_another_can_go(client, world, locales, code, kept):
    publish(draft("think"))

    client.post(page("content_locale_delete", locales[code].pk), {"post": "yes"})

    assert Locale.objects.filter(code=code).exists() is kept


def test_a_second_default_language_is_refused_in_words(client, world, locales):
    address = page("content_locale_change", locales["sv"].pk)

    response = client.post(address, form_of(client, address) | {"is_default": "on"})

    assert errors(response) == {"__all__": ["Another language is the default already: take the mark off there first."]}


def test_accepting_a_finding_lets_its_asset_be_published(client, world):
    asset = draft("think", steps=())
    key = f"cta_missing:{asset.public_id}:en"

    client.post(page("content_waiver_add"), {"key": key, "reason": "The button comes on Monday", **FAR})

    assert Waiver.objects.get().by.username == "admin"
    assert len(publish(asset)) == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"reason": " ", **FAR}, "reason"),
        ({"reason": "So", "until_0": "2001-01-01", "until_1": "12:00"}, "until"),
        ({"reason": "So", "until_0": "2001-13-01", "until_1": "12:00"}, "until"),
    ],
)
def test_a_waiver_needs_a_reason_and_an_end_ahead(client, world, words, field):
    response = client.post(page("content_waiver_add"), {"key": "cta_missing:x:en", **words})

    assert list(errors(response)) == [field]


def test_only_those_who_may_accept_findings_are_asked_to(client, world, staff):
    staff("add_waiver", "view_waiver")

    assert client.get(page("content_waiver_add")).status_code == 403


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


@pytest.mark.parametrize(("body", "kept"), [("<p>Hot</p>", "ProseEditorWidget"), ("<dl><dt>a</dt></dl>", "Textarea")])
def test_markup_that_the_editor_would_drop_is_written_as_html(client, world, body, kept):
    asset = draft("think", body=body)
    address = page("content_translation_change", asset.translations.get().pk)

    field = client.get(address).context["adminform"].form.fields["body"]

    assert type(field.widget).__name__.endswith(f"{kept}Widget".replace("WidgetWidget", "Widget"))


def test_scripts_are_taken_out_of_a_body_on_saving(client, world):
    asset = draft("think")
    address = page("content_translation_change", asset.translations.get().pk)

    client.post(address, form_of(client, address) | {"body": "<p>Hot<script>alert(1)</script></p>"})

    assert asset.translations.get().body == "<p>Hot</p>"


def test_an_editions_page_shows_its_words_without_what_could_run(house, world):
    shown = EditionAdmin(Edition, admin.site).body(house)

    assert "<script" not in shown


def test_a_superuser_is_touched_by_superusers_only(client, world, staff, admin_user):
    staff("view_user", "change_user")

    response = client.post(page("auth_user_change", admin_user.pk), {"username": "mine"})

    assert response.status_code == 403


def test_nobody_makes_themselves_a_superuser(client, world, staff):
    user = staff("view_user", "change_user")
    form = {"username": "editor", "is_active": "on", "is_staff": "on", "is_superuser": "on"}

    client.post(page("auth_user_change", user.pk), {**form, "date_joined_0": "2026-01-01", "date_joined_1": "12:00"})

    assert User.objects.get(pk=user.pk).is_superuser is False
