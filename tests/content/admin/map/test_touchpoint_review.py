"""Touchpoints that are looked at again: on their page, in their list, on the desk, and nowhere in public."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError

from journeys.looked_at import note_review
from journeys.models import Touchpoint
from tests.content.admin.test_desk import queues
from tests.drafts import draft, stage
from tests.factories import TouchpointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
LIST = "/admin/journeys/touchpoint/"
NONE = {"pins-TOTAL_FORMS": 0, "pins-INITIAL_FORMS": 0}


@pytest.fixture
def spot():
    def make(slug="spot", **words):
        return TouchpointFactory(slug=slug, title=slug.title(), journey=stage("see").journey, **words)

    return make


@pytest.fixture
def today(clock, at):
    clock.move_to(at)
    return at.date()


def page_of(touchpoint):
    return f"{LIST}{touchpoint.pk}/change/"


def messages_of(answer):
    return [str(one) for one in get_messages(answer.wsgi_request)]


def filled(touchpoint, **words):
    values = {name: getattr(touchpoint, name) for name in ("slug", "title", "review_date", "review_every")}
    values |= {"journey": touchpoint.journey_id, "channel": touchpoint.channel_id, "owner": touchpoint.owner_id}
    return {**{name: "" if value is None else value for name, value in values.items()}, **NONE, **words}


def days():
    return dict(Touchpoint.objects.values_list("slug", "review_date"))


def test_what_was_looked_at_is_looked_at_again_after_its_days(spot):
    touchpoint = spot(review_every=30, review_date=date(2020, 1, 1))
    assert note_review(touchpoint, on=date(2026, 3, 1)) == date(2026, 3, 31)
    assert days() == {"spot": date(2026, 3, 31)}


def test_what_does_not_say_after_how_many_days_is_refused(spot):
    touchpoint = spot(review_date=date(2020, 1, 1))
    with pytest.raises(ValidationError) as refused:
        note_review(touchpoint, on=date(2026, 3, 1))
    assert refused.value.code == "no_interval"
    assert days() == {"spot": date(2020, 1, 1)}


@pytest.mark.parametrize("every", [0, -1, 3651, 10**12])
def test_days_that_are_none_are_refused(spot, every):
    with pytest.raises(ValidationError) as refused:
        spot(review_every=every)
    assert [*refused.value.error_dict] == ["review_every"]


def test_some_are_noted_as_looked_at_in_the_list(admin_client, spot, today):
    chosen = [spot("weekly", review_every=7), spot("never", review_date=today)]
    spot("other", review_every=7)
    parameters = {"action": "were_looked_at", "_selected_action": [one.pk for one in chosen]}
    answer = admin_client.post(LIST, parameters)
    assert days() == {"weekly": today + 7 * DAY, "never": today, "other": None}
    assert sorted(messages_of(answer)) == [
        "“Never” has no review interval: fill in “Review every”.",
        f"“Weekly” was reviewed. The next review is due on {today + 7 * DAY}.",
    ]


def test_the_button_saves_the_page_and_notes_the_look(admin_client, spot, today):
    touchpoint = spot()
    assert 'name="journeys_touchpoint_save_and_looked_at"' in admin_client.get(page_of(touchpoint)).content.decode()
    pressed = {"journeys_touchpoint_save_and_looked_at": "1"}
    admin_client.post(page_of(touchpoint), filled(touchpoint, review_every=14, **pressed))
    assert days() == {"spot": today + 14 * DAY}
    admin_client.post(page_of(touchpoint), filled(touchpoint, review_every=14, review_date=today, title="Renamed"))
    touchpoint.refresh_from_db()
    assert (touchpoint.title, touchpoint.review_date) == ("Renamed", today)


def test_whoever_may_only_see_touchpoints_notes_nothing(client, spot, today):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_touchpoint"))
    client.force_login(viewer)
    touchpoint = spot(review_every=14)
    assert "save_and_looked_at" not in client.get(page_of(touchpoint)).content.decode()
    client.post(LIST, {"action": "were_looked_at", "_selected_action": [touchpoint.pk]})
    answer = client.post(page_of(touchpoint), filled(touchpoint, journeys_touchpoint_save_and_looked_at="1"))
    assert answer.status_code == 403
    assert days() == {"spot": None}


def test_owners_are_active_staff_and_whoever_it_is_already(admin_client, admin_user, spot):
    User.objects.create_user("reader")
    User.objects.create_user("gone", is_staff=True, is_active=False)
    former = User.objects.create_user("former", is_staff=True, is_active=False)
    form = admin_client.get(page_of(spot(owner=former))).context["adminform"].form
    assert [one.username for one in form.fields["owner"].queryset] == ["admin", "former"]


@pytest.mark.parametrize(
    ("parameters", "slugs"),
    [
        ({"owner": "me"}, ["late"]),
        ({"owner": "nobody"}, ["fine", "later", "soon"]),
        ({"review": "overdue"}, ["late", "later"]),
        ({"review": "soon"}, ["soon"]),
        ({"review": "overdue", "owner": "me"}, ["late"]),
        ({"review": "strange"}, ["fine", "late", "later", "soon"]),
    ],
)
def test_the_list_is_narrowed_by_owner_and_by_day(admin_client, admin_user, spot, today, parameters, slugs):
    spot("late", owner=admin_user, review_date=today - DAY)
    spot("later", review_date=today - 2 * DAY)
    spot("soon", review_date=today)
    spot("fine", review_date=today + 31 * DAY)
    found = admin_client.get(LIST, parameters).context["cl"].result_list
    assert sorted(one.slug for one in found) == slugs


def test_the_desk_holds_those_overdue_ones_own_first(admin_client, admin_user, client, spot, today):
    draft("see")
    assert "Touchpoints to review" not in queues(admin_client)
    mine = spot("mine", owner=admin_user, review_date=today - DAY)
    other = spot("other", review_date=today - 2 * DAY)
    spot("fine", review_date=today)
    assert queues(admin_client)["Touchpoints to review"] == (
        2,
        [
            (page_of(mine), f"Mine yours {today - DAY}"),
            (page_of(other), f"Other no owner {today - 2 * DAY}"),
        ],
    )
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_asset"))
    client.force_login(viewer)
    assert "Touchpoints to review" not in queues(client)


def test_none_of_it_is_public(api, admin_user, spot):
    touchpoint = spot()
    urls = ["/api/v1/touchpoints/", "/api/v1/touchpoints/spot/", "/api/v1/journeys/see-think-do-care/"]
    before = [api.get(url).content for url in urls]
    touchpoint.owner, touchpoint.review_date, touchpoint.review_every = admin_user, date(2020, 1, 1), 30
    touchpoint.save()
    assert [api.get(url).content for url in urls] == before
