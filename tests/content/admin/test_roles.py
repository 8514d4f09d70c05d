"""Who may do what, asked of every address and every action, whatever buttons are shown."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django.utils import timezone

from content.accounts.roles import ROLES, load_roles
from content.drafts.history import keep, latest
from content.drafts.review import submit
from content.events.endpoints import add_endpoint, send_test
from content.models import (
    AccessToken,
    Asset,
    Assignment,
    Comment,
    Edition,
    ExpectedStep,
    Pin,
    Refusal,
    ShareLink,
    Status,
    Target,
    Translation,
    Waiver,
)
from content.publishing.consequences import consequences
from content.publishing.publish import publish
from content.tokens import issue_token
from journeys.models import Journey, Touchpoint
from tests.drafts import draft, stage
from tests.factories import ChannelFactory, TouchpointFactory
from tests.pictures import media

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NOBODY = "nobody"
PEOPLE = (*ROLES, NOBODY)
CONTENT = ("Author", "Editor", "Publisher", "Analyst")
# Nothing is live at the last stage.
SILENT = "?key=silent_stage:see-think-do-care:stage:care:care/everyone/en/*"
AT = {"until_0": "2999-01-01", "until_1": "12:00"}


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


@pytest.fixture
def people(world):
    load_roles()
    found = {name: User.objects.create_user(name.lower(), is_staff=True) for name in PEOPLE}
    for name in ROLES:
        found[name].groups.add(Group.objects.get(name=name))
    return found


@pytest.fixture
def house(people):
    """A draft of the author's and one of the editor's, something live, and a row of what integrators see to."""
    mine, other, live = draft("see"), draft("see"), draft("see")
    for asset, owner in ((mine, "Author"), (other, "Editor"), (live, "Editor")):
        asset.owner = people[owner]
        asset.save()
        keep(asset, by=None, at=timezone.now())
    publish(live)
    touchpoint = TouchpointFactory(journey=Journey.objects.get(), channel=ChannelFactory(), review_every=30)
    issue_token("Site", scopes=["preview"])
    now = timezone.now()
    endpoint = add_endpoint("Site", url="https://example.org/hook", at=now)[0]
    send_test(endpoint, at=now)
    return {
        "mine": mine,
        "other": other,
        "live": live,
        "edition": live.editions.get(),
        "pin": Pin.objects.create(touchpoint=touchpoint, asset=live),
        "token": AccessToken.objects.get(),
        "endpoint": endpoint,
    }


def addresses(house):
    """Every page, and who may open it."""
    mine, other = house["mine"], house["other"]
    text = {name: house[name].translations.get().pk for name in ("mine", "other")}
    writers, publishers, integrators = ("Author", "Editor"), ("Publisher",), ("Integrator",)
    return [
        (page("content_asset_changelist"), CONTENT),
        (page("content_asset_add"), writers),
        (page("content_asset_change", mine.pk), CONTENT),
        (page("content_asset_change", other.pk), CONTENT),
        (page("content_asset_delete", mine.pk), writers),
        (page("content_asset_delete", other.pk), ("Editor",)),
        (page("content_asset_publish") + f"?ids={mine.pk}", publishers),
        (page("content_asset_withdraw") + f"?ids={mine.pk}", publishers),
        (page("content_translation_changelist"), CONTENT),
        (page("content_translation_add") + f"?asset={mine.pk}", writers),
        (page("content_translation_add") + f"?asset={other.pk}", ("Editor",)),
        (page("content_translation_change", text["mine"]), CONTENT),
        (page("content_translation_delete", text["other"]), ("Editor",)),
        (page("content_translation_review", text["mine"]), CONTENT),
        (page("content_asset_history", other.pk), CONTENT),
        (page("content_translation_history", text["other"]), CONTENT),
        (page("journeys_journey_map", Journey.objects.get().pk), CONTENT),
        (page("journeys_touchpoint_changelist"), CONTENT),
        (page("journeys_touchpoint_change", house["pin"].touchpoint_id), CONTENT),
        (page("journeys_touchpoint_add"), ()),
        (page("journeys_stage_move", stage("see").pk), publishers),
        (page("content_asset_revert", mine.pk, latest(mine.pk)), writers),
        (page("content_asset_revert", other.pk, latest(other.pk)), ("Editor",)),
        (page("content_translation_revert", text["other"], latest(other.pk)), ("Editor",)),
        (page("content_asset_readers", other.pk), CONTENT),
        (page("content_sharelink_share", text["mine"]), writers),
        (page("content_sharelink_share", text["other"]), ("Editor",)),
        (page("content_sharelink_changelist"), writers),
        (page("content_edition_changelist"), CONTENT),
        (page("content_edition_change", house["edition"].pk), CONTENT),
        (page("content_edition_again", house["edition"].pk), publishers),
        (page("content_edition_move", house["edition"].pk), publishers),
        (page("content_publication_changelist"), CONTENT),
        (page("content_waiver_changelist"), CONTENT),
        (page("content_waiver_add"), publishers),
        (page("content_pin_changelist"), CONTENT),
        (page("content_pin_add"), publishers),
        (page("content_pin_delete", house["pin"].pk), publishers),
        (reverse("coverage-page"), CONTENT),
        (reverse("coverage-cell") + "?row=see&column=families", CONTENT),
        (reverse("coverage-brief") + "?row=see&column=families", writers),
        (reverse("findings-page"), CONTENT),
        (reverse("findings-assign") + SILENT, ("Editor", "Publisher")),
        (reverse("findings-accept") + SILENT, publishers),
        (page("content_target_changelist"), CONTENT),
        (page("content_target_add"), ("Editor",)),
        (page("content_expectedstep_changelist"), CONTENT),
        (page("content_expectedstep_add"), ("Editor",)),
        (page("content_kind_changelist"), CONTENT),
        (page("content_kind_add"), ()),
        (page("journeys_journey_changelist"), CONTENT),
        (page("journeys_journey_add"), ()),
        (page("journeys_stage_changelist"), CONTENT),
        (page("content_media_changelist"), CONTENT),
        (page("content_media_add"), writers),
        (page("content_vocabulary_changelist"), CONTENT),
        (page("content_accesstoken_changelist"), integrators),
        (page("content_accesstoken_add"), integrators),
        (page("content_webhookendpoint_changelist"), integrators),
        (page("content_webhookendpoint_change", house["endpoint"].pk), integrators),
        (page("content_webhookdelivery_changelist"), integrators),
        (page("content_event_changelist"), integrators),
        (page("auth_user_changelist"), ()),
        (page("auth_group_changelist"), ()),
        (page("index"), PEOPLE),
    ]


def test_every_page_opens_for_whom_it_is_and_for_nobody_else(client, house, people):
    expected = addresses(house)
    opened = {address: [] for address, _ in expected}
    for name, user in people.items():
        client.force_login(user)
        for address, _ in expected:
            status = client.get(address).status_code
            assert status in (200, 403), (name, address, status)
            opened[address] += [name] * (status == 200)

    assert opened == {address: [name for name in PEOPLE if name in who] for address, who in expected}


def everything():
    """Whatever an action could have changed."""
    return {
        "assets": list(Asset.objects.order_by("pk").values_list("pk", "name", "owner")),
        "texts": list(Translation.objects.order_by("pk").values_list("pk", "title", "status")),
        "editions": list(Edition.objects.order_by("pk").values_list("pk", "live_until", "cancelled_at")),
        "comments": Comment.objects.count(),
        "waivers": Waiver.objects.count(),
        "assignments": list(Assignment.objects.values_list("key", "to")),
        "refusals": Refusal.objects.count(),
        "tokens": list(AccessToken.objects.values_list("pk", "revoked_at")),
        "pins": Pin.objects.count(),
        "links": ShareLink.objects.count(),
        "targets": Target.objects.count(),
        "touchpoints": list(Touchpoint.objects.order_by("pk").values_list("pk", "review_date")),
        "expected": ExpectedStep.objects.count(),
        "briefs": Asset.objects.exclude(brief="").count(),
    }


def posts(house):
    """Every action as it would be posted by whoever knows its address, and who may do it."""
    mine, other = house["mine"], house["other"]
    text = other.translations.get()
    submit(text, by=User.objects.create_superuser("root"), at=timezone.now())
    en = text.locale_id
    review = page("content_translation_review", text.pk)
    seen = consequences(other, at=timezone.now())[0].print
    edit = {"name": "Changed", "kind": other.kind_id, "owner": other.owner_id, "fields": "{}", **forms("translations")}
    chosen = {"_selected_action": [other.pk], "index": 0}
    return {
        "edit one’s own": (page("content_asset_change", mine.pk), edit | forms("placements"), ("Author", "Editor")),
        "edit another’s": (page("content_asset_change", other.pk), edit | forms("placements"), ("Editor",)),
        "approve": (review, {"action": "approve", "text": "Good", "seen": seen}, ("Editor",)),
        "send back": (review, {"action": "send_back", "text": "No"}, ("Editor",)),
        "comment": (review, {"action": "comment", "text": "Hm"}, ("Author", "Editor", "Publisher")),
        "publish": (page("content_asset_publish") + f"?ids={other.pk}", {"locales": [en]}, ("Publisher",)),
        "publish from the list": (
            page("content_asset_publish_now") + f"?ids={other.pk}", {}, ("Publisher",)
        ),
        "delete from the list": (
            page("content_asset_changelist"), {"action": "delete_selected", "post": "yes", **chosen}, ("Editor",)
        ),
        "revert": (
            page("content_asset_revert", other.pk, latest(other.pk)),
            {"opened": [latest(other.pk), Asset.objects.filter(pk=other.pk).update(name="Since")][0]},
            ("Editor",),
        ),
        "edit another’s text": (
            page("content_translation_change", text.pk),
            {"title": "Changed", "slug": text.slug, "fields": "{}", **forms("next_steps"), **forms("teasers")},
            ("Editor",),
        ),
        "share another’s": (page("content_sharelink_share", text.pk), {"lasting": 1}, ("Editor",)),
        "revert a text": (
            page("content_translation_revert", text.pk, latest(other.pk)),
            {"opened": latest(other.pk)},
            ("Editor",),
        ),
        "aim": (page("content_target_add"), {"minimum": 3, "maximum": 9}, ("Editor",)),
        "expect": (
            page("content_expectedstep_add"), {"stage": stage("see").pk, "intents": ["learn_more"]}, ("Editor",)
        ),
        "look at a touchpoint": (
            page("journeys_touchpoint_changelist"),
            {"action": "were_looked_at", "_selected_action": [house["pin"].touchpoint_id], "index": 0},
            ("Editor",),
        ),
        "pin": (
            page("content_pin_add"),
            {"touchpoint": house["pin"].touchpoint_id, "asset": other.pk, "position": 7},
            ("Publisher",),
        ),
        "withdraw": (
            page("content_asset_withdraw") + f"?ids={house['live'].pk}", {"locales": [en]}, ("Publisher",)
        ),
        "restore": (
            page("content_edition_again", house["edition"].pk),
            {"note": "Again", "live_until_0": "2999-01-01", "live_until_1": "12:00"},
            ("Publisher",),
        ),
        "reschedule": (
            page("content_edition_move", house["edition"].pk),
            {"live_until_0": "2999-01-01", "live_until_1": "12:00"},
            ("Publisher",),
        ),
        "order": (
            reverse("coverage-brief") + "?row=see&column=families", {"kind": other.kind_id}, ("Author", "Editor")
        ),
        "waive": (
            page("content_waiver_add"), {"key": f"cta_missing:{mine.public_id}:en", "reason": "x", **AT}, ("Publisher",)
        ),
        "assign": (
            reverse("findings-assign") + SILENT, {"to": User.objects.get(username="author").pk}, ("Editor", "Publisher")
        ),
        "accept": (reverse("findings-accept") + SILENT, {"reason": "x", **AT}, ("Publisher",)),
        "unpin": (page("content_pin_delete", house["pin"].pk), {"post": "yes"}, ("Publisher",)),
        "revoke a token": (page("content_accesstoken_revoke", house["token"].pk), {"post": "yes"}, ("Integrator",)),
    }  # fmt: skip


def forms(prefix):
    return {f"{prefix}-{name}": value for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))}


ACTIONS = [
    *("edit one’s own", "edit another’s", "approve", "send back", "comment", "publish", "publish from the list"),
    *(
        "order",
        "delete from the list",
        *("revert", "edit another’s text", "share another’s", "revert a text", "aim", "expect", "look at a touchpoint"),
        "pin",
        "withdraw",
        "restore",
        "reschedule",
        "waive",
        "assign",
        "accept",
        "unpin",
        "revoke a token",
    ),
]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("what", ACTIONS)
def test_every_action_is_done_for_whom_it_is_and_changes_nothing_for_others(client, house, people, what, who):
    expected = posts(house)
    assert set(expected) == set(ACTIONS)
    address, data, allowed = expected[what]
    before = everything()
    client.force_login(people[who])

    status = client.post(address, data).status_code

    assert (everything() != before) == (who in allowed), status
    assert status != 500


def test_a_picture_is_changed_by_whoever_uploaded_it_or_edits_anybodys(client, people):
    pictures = {"Author": media(), "Editor": media(), NOBODY: media()}
    for name, image in pictures.items():
        image.by = None if name == NOBODY else people[name]
        image.save()
    right = Permission.objects.get(codename="delete_media")
    changed, deleted = {}, {}
    for who in ("Author", "Editor", "Publisher"):
        client.force_login(people[who])
        for whose, image in pictures.items():
            words = {"title": f"By {who}", "focal_x": "0.1", "focal_y": "0.9"}
            client.post(page("content_media_change", image.pk), words)
            image.refresh_from_db()
            changed[who, whose] = (image.title, image.focal_x) == (f"By {who}", 0.1)
        people[who].user_permissions.add(right)
        for whose, image in pictures.items():
            deleted[who, whose] = client.get(page("content_media_delete", image.pk)).status_code == 200

    owns = {("Author", "Author"), ("Editor", "Author"), ("Editor", "Editor"), ("Editor", NOBODY)}
    assert changed == deleted == {pair: pair in owns for pair in changed}


def test_author_owns_what_they_add(client, people):
    client.force_login(people["Author"])
    kind = Asset._meta.get_field("kind").related_model.objects.get(slug="guide")

    client.post(page("content_asset_add"), {"name": "New", "kind": kind.pk, "owner": people["Editor"].pk})

    assert Asset.objects.get().owner == people["Author"]


@pytest.mark.parametrize("written", ["{}", "+{}", " {} ", "{}\xa0", "0{}"])
def test_author_takes_no_text_to_an_asset_of_another(client, house, people, locales, written):
    client.force_login(people["Author"])
    data = {
        "asset": written.format(house["other"].pk),
        "locale": locales["nb"].pk,
        "title": "Mine",
        "slug": "mine",
        "fields": "{}",
    }

    response = client.post(page("content_translation_add"), data | forms("next_steps") | forms("teasers"))

    assert (response.status_code, Translation.objects.filter(title="Mine").count()) == (403, 0)


def test_what_the_gates_refused_stands_on_the_desk_until_it_is_published(client, people):
    asset = draft("think", steps=())
    publisher = people["Publisher"]
    client.force_login(publisher)

    client.post(page("content_asset_publish") + f"?ids={asset.pk}", {"locales": [asset.translations.get().locale_id]})

    assert [(one.asset, one.by, one.findings[0]["code"]) for one in Refusal.objects.all()] == [
        (asset, publisher, "cta_missing")
    ]
    titles = [queue.title for queue in client.get(page("index")).context["queues"]]
    assert "Publishing refused" in titles
    listed = client.get(page("content_asset_changelist"), {"refused": "yes"}).context["cl"].result_list
    assert [one.pk for one in listed] == [asset.pk]
    asset.translations.get().next_steps.create(position=1, intent="learn_more", label="On", target_url="/on")
    publish(asset)
    assert not Refusal.objects.exists()


def test_what_is_refused_anew_stands_in_place_of_what_was(client, people):
    asset, other = draft("think", steps=()), draft("think", steps=())
    client.force_login(people["Publisher"])

    client.post(page("content_asset_publish_now") + f"?ids={asset.pk},{other.pk}")
    first = {refusal.asset_id: refusal.at for refusal in Refusal.objects.all()}
    client.post(page("content_asset_publish_now") + f"?ids={asset.pk}")

    assert set(first) == {asset.pk, other.pk}
    assert {refusal.asset_id: refusal.at > first[refusal.asset_id] for refusal in Refusal.objects.all()} == {
        asset.pk: True,
        other.pk: False,
    }
    other.translations.get().next_steps.create(position=1, intent="learn_more", label="On", target_url="/on")
    publish(other)
    assert [refusal.asset_id for refusal in Refusal.objects.all()] == [asset.pk]


def test_author_is_led_to_their_own_refusals(client, house, people):
    Refusal.objects.create(asset=house["mine"], at=timezone.now(), findings=[{"message": "No."}])
    Refusal.objects.create(asset=house["other"], at=timezone.now(), findings=[{"message": "No."}])
    client.force_login(people["Author"])

    queues = {queue.title: queue for queue in client.get(page("index")).context["queues"]}

    queue = queues["Publishing refused"]
    listed = client.get(queue.link).context["cl"].result_list
    assert (queue.count, [one.pk for one in listed]) == (1, [house["mine"].pk])


def test_reviews_stand_on_the_desk_of_those_they_wait_for(client, house, people):
    text = house["mine"].translations.get()
    submit(text, by=people["Author"], at=timezone.now(), to=people["Editor"])
    client.force_login(people["Editor"])

    queues = {queue.title: queue for queue in client.get(page("index")).context["queues"]}

    assert [row.name for row in queues["Waiting for your review"].rows] == [house["mine"].name]
    listed = client.get(queues["Waiting for your review"].link).context["cl"].result_list
    assert [one.pk for one in listed] == [house["mine"].pk]
    review = page("content_translation_review", text.pk)
    client.post(review, {"action": "send_back", "text": "Shorter."})
    client.force_login(people["Author"])
    queues = {queue.title: queue for queue in client.get(page("index")).context["queues"]}
    assert [row.name for row in queues["Sent back to you"].rows] == [house["mine"].name]
    assert "Shorter." in client.get(review).content.decode()
    text.refresh_from_db()
    assert text.status == Status.DRAFT
