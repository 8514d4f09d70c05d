"""Undo in the admin, and two people at one page: nothing is overwritten unseen, nothing typed is lost."""

from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from content.drafts.history import as_of_revision, keep, latest, revisions
from content.models import Asset, NextStep, Placement, Translation
from tests.admin_pages import errors, form_of, messages_of, page
from tests.drafts import draft, place, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client):
    """A client of Anna's, who may do everything."""
    user = User.objects.create_superuser("anna", first_name="Anna", last_name="Berg")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def bo():
    user = User.objects.create_superuser("bo", first_name="Bo", last_name="Ek")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def asset(world):
    return draft("think", "do", locales=("en", "nb"), title="Grill", body="<p>The oven is hot.</p>", steps=STEPS)


STEPS = (("learn_more", "/a"), ("buy", "/b"))


def text_of(asset, code="en"):
    return asset.translations.get(locale__code=code)


def of_text(asset, code="en"):
    return page("content_translation_change", text_of(asset, code).pk)


def of_asset(asset):
    return page("content_asset_change", asset.pk)


def opened(client, address):
    """The form as a browser has it, hidden fields and all."""
    form = form_of(client, address)
    return form | {"_opened_at": client.get(address).context["opened"]}


def refusal(response):
    return errors(response).get("__all__", [])


def in_words(found):
    return {
        change.where: "".join({"del": "[-{}-]", "ins": "{{+{}+}}", "same": "{}"}[k].format(t) for k, t in change.pieces)
        for change in found
    }


def test_a_first_save_keeps_what_stood_before_and_what_stands(anna, asset):
    form = opened(anna, of_text(asset)) | {"title": "Fire"}

    assert anna.post(of_text(asset), form).status_code == 302

    after, before = revisions(asset.pk)
    assert (before.user, after.user.username) == (None, "anna")
    locale = text_of(asset).locale_id
    titles = [as_of_revision(asset.pk, one.pk).texts[locale].words["title"] for one in (before, after)]
    assert titles == ["Grill", "Fire"]


def test_a_new_asset_and_a_new_text_are_kept(anna, world, kind, locales):
    anna.post(page("content_asset_add"), {"name": "New", "kind": kind.pk})
    asset = Asset.objects.get()
    address = f"{page('content_translation_add')}?asset={asset.pk}&locale={locales['en'].pk}"

    anna.post(address, form_of(anna, address) | {"title": "Words", "slug": "words"})

    assert [len(as_of_revision(asset.pk, one.pk).texts) for one in revisions(asset.pk)] == [1, 0]


def test_deleting_a_text_is_kept_and_can_be_undone(anna, asset):
    text = text_of(asset, "nb")

    anna.post(page("content_translation_delete", text.pk), {"post": "yes"})
    first = revisions(asset.pk).last().pk
    anna.post(page("content_asset_revert", asset.pk, first), {"opened": latest(asset.pk)})

    assert text_of(asset, "nb").pk == text.pk
    assert text_of(asset, "nb").next_steps.count() == 2


def test_deleting_texts_from_the_list_is_kept(anna, asset):
    chosen = list(asset.translations.values_list("pk", flat=True))
    form = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}

    anna.post(page("content_translation_changelist"), form)

    assert [len(as_of_revision(asset.pk, one.pk).texts) for one in revisions(asset.pk)] == [0, 2]


def test_saving_over_somebody_is_refused_once_and_told(anna, bo, asset):
    address = of_text(asset)
    mine, theirs = opened(bo, address), opened(anna, address)
    anna.post(address, theirs | {"title": "Fire", "body": "<p>The oven is cold.</p>"})

    response = bo.post(address, mine | {"title": "Smoke", "summary": "Mine"})

    [message] = refusal(response)
    now = f"{timezone.localtime(revisions(asset.pk)[0].date_created):%H:%M}"
    assert message.startswith(f"Anna Berg changed title and body at {now}. Your changes are not saved yet")
    assert text_of(asset).title == "Fire"
    assert response.context["adminform"].form["title"].value() == "Smoke"
    assert b"Changed while you were writing" in response.content
    conflict = response.context["conflict"]
    assert in_words(conflict.theirs) == {
        "title (en)": "[-Grill-]{+Fire+}",
        "body (en)": "The oven is [-hot-]{+cold+}.",
    }
    assert in_words(conflict.yours) == {
        "title (en)": "[-Fire-]{+Smoke+}",
        "summary (en)": "{+Mine+}",
        "body (en)": "The oven is [-cold-]{+hot+}.",
    }

    again = mine | {"title": "Smoke", "summary": "Mine", "_opened_at": response.context["opened"]}
    assert bo.post(address, again).status_code == 302
    assert (text_of(asset).title, text_of(asset).summary) == ("Smoke", "Mine")
    assert [one.user and one.user.username for one in revisions(asset.pk)] == ["bo", "anna", None]


def test_a_trial_that_compares_leaves_nothing(anna, bo, asset):
    address = of_text(asset)
    mine = opened(bo, address)
    anna.post(address, opened(anna, address) | {"title": "Fire"})
    before = latest(asset.pk)

    bo.post(address, mine | {"title": "Smoke"})

    assert latest(asset.pk) == before
    assert text_of(asset).title == "Fire"


def test_ones_own_other_tab_is_told_too(anna, asset):
    address = of_text(asset)
    old = opened(anna, address)
    anna.post(address, old | {"title": "Fire"})

    [message] = refusal(anna.post(address, old | {"title": "Smoke"}))

    assert message.startswith("You changed title in another tab at ")


def test_work_on_another_language_or_on_the_tags_is_no_conflict(anna, bo, asset):
    english, norwegian, tags = of_text(asset), of_text(asset, "nb"), of_asset(asset)
    forms = [opened(bo, address) for address in (english, norwegian, tags)]
    anna.post(english, opened(anna, english) | {"title": "Fire"})

    answers = [bo.post(norwegian, forms[1] | {"title": "Bål"}), bo.post(tags, forms[2] | {"name": "Fire and grill"})]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (text_of(asset).title, text_of(asset, "nb").title) == ("Fire", "Bål")


def test_what_was_changed_and_changed_back_is_no_conflict(anna, bo, asset):
    address = of_text(asset)
    mine = opened(bo, address)
    for title in ("Fire", "Grill"):
        anna.post(address, opened(anna, address) | {"title": title})

    assert bo.post(address, mine | {"title": "Smoke"}).status_code == 302


def test_a_form_with_errors_of_its_own_is_told_both(anna, bo, asset):
    address = of_text(asset)
    mine = opened(bo, address)
    anna.post(address, opened(anna, address) | {"title": "Fire"})

    response = bo.post(address, mine | {"title": ""})

    assert refusal(response)[0].startswith("Anna Berg changed title")
    assert errors(response)["title"] == ["This field is required."]
    assert response.context["conflict"].yours is None
    still = mine | {"title": "", "_opened_at": response.context["opened"]}
    response = bo.post(address, still)
    assert (refusal(response), response.context["opened"]) == ([], still["_opened_at"])


def test_asset_pages_conflict_too(anna, bo, asset):
    address = of_asset(asset)
    mine = opened(bo, address)
    anna.post(address, opened(anna, address) | {"placements-0-priority": 70})

    response = bo.post(address, mine | {"name": "Fire"})

    assert refusal(response)[0].startswith("Anna Berg changed placements at ")
    bo.post(address, mine | {"name": "Fire", "_opened_at": response.context["opened"]})
    assert Asset.objects.get(pk=asset.pk).name == "Fire"
    assert set(asset.placements.values_list("priority", flat=True)) == {50}


def posted(response):
    """The form of an answer as the browser would post it next."""
    context = response.context
    forms = [context["adminform"].form]
    for formset in (found.formset for found in context["inline_admin_formsets"]):
        forms += [formset.management_form, *formset.forms]
    data = {"_opened_at": context["opened"]}
    for bound in (bound for each in forms for bound in each):
        value = bound.value()
        if hasattr(bound.field.widget, "decompress"):
            value = value if isinstance(value, list) else bound.field.widget.decompress(value)
            data |= {f"{bound.html_name}_{index}": part for index, part in enumerate(value)}
        else:
            data[bound.html_name] = value
    return {name: value for name, value in data.items() if value not in (None, False, "")}


def test_steps_that_went_and_came_meanwhile_keep_what_was_typed(anna, bo, asset):
    address = of_text(asset)
    mine, theirs = opened(bo, address), opened(anna, address)
    del_and_add = {
        "next_steps-1-DELETE": "on",
        "next_steps-2-position": 3,
        "next_steps-2-intent": "try",
        "next_steps-2-label": "Try it",
        "next_steps-2-target_url": "/try",
        "next_steps-TOTAL_FORMS": 3,
    }
    assert anna.post(address, theirs | del_and_add).status_code == 302

    response = bo.post(address, mine | {"next_steps-1-label": "Buy it now"})

    assert refusal(response)[0].startswith("Anna Berg changed next steps at ")
    again = posted(response)
    labels = [again[f"next_steps-{number}-label"] for number in range(3)]
    assert labels == [mine["next_steps-0-label"], "Try it", "Buy it now"]
    assert bo.post(address, again).status_code == 302
    assert list(text_of(asset).next_steps.values_list("position", "label")) == [
        (1, mine["next_steps-0-label"]),
        (2, "Buy it now"),
        (3, "Try it"),
    ]


def test_a_step_they_put_where_mine_stands_is_replaced(anna, bo, asset):
    address = of_text(asset)
    mine = opened(bo, address)
    text = text_of(asset)
    keep(asset, by=None, at=timezone.now())
    text.next_steps.filter(position=2).delete()
    NextStep.objects.create(translation=text, position=2, label="Theirs", target_url="/theirs")
    keep(asset, by=User.objects.get(username="anna"), at=timezone.now())

    response = bo.post(address, mine)
    assert bo.post(address, posted(response)).status_code == 302

    assert list(text.next_steps.values_list("label", flat=True)) == [
        mine["next_steps-0-label"],
        mine["next_steps-1-label"],
    ]


def test_a_placement_that_was_written_anew_with_the_same_words_is_no_obstacle(bo, asset):
    address = of_asset(asset)
    mine = opened(bo, address)
    asset.placements.all().delete()
    for name in ("think", "do"):
        place(asset, name)

    assert bo.post(address, mine | {"placements-1-priority": 90}).status_code == 302

    assert list(Placement.objects.values_list("priority", flat=True).order_by("pk")) == [50, 90]


def test_a_text_that_went_meanwhile_does_not_stop_the_page_of_its_asset(anna, bo, asset):
    address = of_asset(asset)
    mine = opened(bo, address)
    text_of(asset, "nb").delete()

    assert bo.post(address, mine | {"name": "Fire"}).status_code == 302
    assert Asset.objects.get(pk=asset.pk).name == "Fire"


@pytest.mark.parametrize("address", [of_text, of_asset])
def test_what_was_typed_into_something_deleted_is_shown(anna, bo, asset, address):
    target = address(asset)
    mine = opened(bo, target)
    anna.post(target.replace("change", "delete"), {"post": "yes"})

    response = bo.post(target, mine | {"title": "Long work", "name": "Long work"})

    assert response.status_code == 409
    assert response.context["title"].endswith("Anna Berg at " + response.context["title"][-5:])
    assert b"Long work" in response.content
    assert bo.post(target.replace("change", "delete"), {"post": "yes"}).status_code == 302


def test_an_old_number_that_is_none_is_looked_at_with_suspicion(anna, asset):
    address = of_text(asset)
    form = opened(anna, address)
    anna.post(address, form | {"title": "Fire"})

    answers = [anna.post(address, form | {"title": "Smoke", "_opened_at": junk}) for junk in ("x", "-1", "9" * 40, "²")]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert text_of(asset).title == "Fire"


def test_the_history_tells_who_what_and_when(anna, bo, asset):
    for client, title in ((anna, "Fire"), (bo, "Smoke")):
        client.post(of_text(asset), opened(client, of_text(asset)) | {"title": title})

    response = anna.get(page("content_asset_history", asset.pk))

    entries = response.context["entries"]
    assert [(entry["who"], entry["what"]) for entry in entries] == [
        ("Bo Ek", "title (en)"),
        ("Anna Berg", "title (en)"),
        ("Before the history began", ""),
    ]
    assert in_words(entries[0]["changes"]) == {"title (en)": "[-Fire-]{+Smoke+}"}
    assert b"<del>Fire</del><ins>Smoke</ins>" in response.content
    assert response.content.count(b"Revert to this") == 2
    of_its_text = anna.get(page("content_translation_history", text_of(asset).pk))
    assert of_its_text.context["entries"][0]["what"] == "title (en)"


def test_a_history_that_is_empty_says_so(anna, asset):
    assert b"There is no history yet" in anna.get(page("content_asset_history", asset.pk)).content


def written(asset, number):
    for place_in_time in range(number):
        asset.translations.update(title=f"Title {place_in_time}")
        keep(asset, by=None, at=timezone.now())


def test_a_long_history_comes_in_pages_and_each_entry_knows_the_one_before(anna, asset):
    written(asset, 45)

    pages = [anna.get(page("content_asset_history", asset.pk), {"p": number}).context for number in (1, 2, 3, "x")]

    assert [len(context["entries"]) for context in pages] == [20, 20, 5, 20]
    assert [entry["first"] for context in pages[:3] for entry in context["entries"]] == [False] * 44 + [True]
    assert in_words(pages[0]["entries"][-1]["changes"])["title (en)"] == "Title [-24-]{+25+}"


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_of_history_asks_as_often_whatever_its_length(anna, asset, number, django_assert_num_queries):
    written(asset, number)
    anna.get(page("content_asset_history", asset.pk))

    with django_assert_num_queries(10):
        anna.get(page("content_asset_history", asset.pk))


def test_reverting_asks_first_and_tells(anna, asset):
    anna.post(of_text(asset), opened(anna, of_text(asset)) | {"title": "Fire"})
    first = revisions(asset.pk).last().pk
    address = page("content_asset_revert", asset.pk, first)

    question = anna.get(address)
    assert in_words(question.context["changes"]) == {"title (en)": "[-Fire-]{+Grill+}"}
    assert text_of(asset).title == "Fire"
    response = anna.post(address, {"opened": question.context["opened"]})

    assert response.url == page("content_asset_history", asset.pk)
    assert "is back at the version of" in messages_of(response)[0]
    assert text_of(asset).title == "Grill"
    assert revisions(asset.pk)[0].comment.startswith("reverted to the version of ")


def test_reverting_tells_what_cannot_come_back_before_and_after(anna, asset):
    keep(asset, by=None, at=timezone.now())
    first = latest(asset.pk)
    asset.placements.filter(stage=stage("do")).delete()
    stage("do").delete()
    address = page("content_asset_revert", asset.pk, first)

    question = anna.get(address)
    response = anna.post(address, {"opened": question.context["opened"]})

    lost = "The placement a deleted stage for everyone on any channel, priority 50."
    assert question.context["lost"] == [lost]
    assert response.status_code == 302
    assert messages_of(response)[1:] == [f"This could not be restored: {lost}"]


def test_reverting_past_somebodys_save_is_refused(anna, bo, asset):
    keep(asset, by=None, at=timezone.now())
    first = latest(asset.pk)
    anna.post(of_text(asset), opened(anna, of_text(asset)) | {"title": "Fire"})
    address = page("content_asset_revert", asset.pk, first)
    seen = bo.get(address).context["opened"]
    anna.post(of_text(asset), opened(anna, of_text(asset)) | {"title": "Smoke"})

    response = bo.post(address, {"opened": seen})

    assert response.status_code == 200
    assert b"Somebody has changed it" in response.content
    assert text_of(asset).title == "Smoke"


def test_a_revision_of_another_asset_is_not_found(anna, asset):
    other = draft("see")
    keep(other, by=None, at=timezone.now())

    assert anna.get(page("content_asset_revert", asset.pk, latest(other.pk))).status_code == 404
    assert anna.get(page("content_asset_revert", 999, latest(other.pk))).status_code == 404


@pytest.mark.parametrize(
    ("rights", "looks", "reverts"),
    [
        ((), 403, 403),
        (("view_asset",), 200, 403),
        (("view_asset", "change_asset"), 200, 403),
        (("view_asset", "change_asset", "change_translation", "edit_any_asset"), 200, 200),
    ],
)
def test_history_is_for_those_who_may_look_and_reverting_for_those_who_may_change(
    client, asset, rights, looks, reverts
):
    keep(asset, by=None, at=timezone.now())
    older = latest(asset.pk)
    Asset.objects.filter(pk=asset.pk).update(name="Since")
    keep(asset, by=None, at=timezone.now())
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    address = page("content_asset_revert", asset.pk, older)

    history = client.get(page("content_asset_history", asset.pk))

    assert (history.status_code, client.get(address).status_code) == (looks, reverts)
    assert (b"Revert to this" in history.content) == (reverts == 200)
    assert client.post(address, {"opened": latest(asset.pk)}).status_code == (302 if reverts == 200 else 403)
    if not rights:
        posted_blind = client.post(of_text(asset), {"_opened_at": "0", "title": "x"})
        assert posted_blind.status_code == 403


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_instant_one_is_refused(anna, bo, asset):
    address = of_text(asset)
    forms = [(client, opened(client, address) | {"title": title}) for client, title in ((anna, "Fire"), (bo, "Smoke"))]
    barrier, codes = Barrier(2), []

    def save(client, form):
        barrier.wait()
        codes.append(client.post(address, form).status_code)
        connection.close()

    threads = [Thread(target=save, args=pair) for pair in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(codes) == [200, 302]
    assert Translation.objects.filter(title__in=["Fire", "Smoke"]).count() == 1
