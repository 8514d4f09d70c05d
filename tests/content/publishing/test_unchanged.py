"""What is live or scheduled already, word for word and with the same window, is not published again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from content.drafts.review import note_edit, submit
from content.models import Edition, Event, Placement, Publication, PublishedState, Refusal, Status
from content.publishing.publish import check, publish, reschedule, restore, withdraw
from tests.drafts import draft, place, reworded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)


def written():
    """How much there is of all that a publication writes."""
    return (
        *(model.objects.count() for model in (Edition, Publication, Event)),
        PublishedState.objects.values_list("number", "at").get(),
    )


def test_the_same_words_ten_times_are_published_once(at):
    asset = draft("see", locales=("en", "da"), slug="same")
    first = publish(asset, at=at)
    before = written()
    for day in range(1, 11):
        result = publish(asset, at=at + day * DAY)
        assert [(edition.pk, edition.unchanged) for edition in result] == [(edition.pk, True) for edition in first]
    assert written() == before
    assert [edition.unchanged for edition in first] == [False, False]


def test_the_same_schedule_ten_times_is_written_once(at):
    asset, window = draft("see"), {"live_from": at + 5 * DAY, "live_until": at + 9 * DAY}
    publish(asset, at=at, **window)
    before = written()
    assert [edition.unchanged for edition in publish(asset, at=at + DAY, **window)] == [True]
    assert written() == before


@pytest.mark.parametrize(
    "changed",
    [
        reworded,
        lambda asset: asset.translations.update(slug="other"),
        lambda asset: asset.translations.update(market_bound=True),
        lambda asset: asset.translations.update(seo_title="Other"),
        lambda asset: Placement.objects.update(priority=51),
        lambda asset: place(asset, "think"),
        lambda asset: asset.translations.get().next_steps.update(label="Other"),
    ],
    ids=["words", "slug", "market", "seo", "priority", "placement", "step"],
)
def test_whatever_readers_would_see_otherwise_is_a_change(changed, at):
    asset = draft("see", slug="one")
    publish(asset, at=at)
    changed(asset)
    assert [(edition.number, edition.unchanged) for edition in publish(asset, at=at + DAY)] == [(2, False)]


@pytest.mark.parametrize(
    "window",
    [{"live_until": 9}, {"live_from": 5}, {"live_from": 5, "live_until": 9}],
)
def test_a_new_window_is_a_change(window, at):
    asset = draft("see")
    publish(asset, at=at)
    publish(asset, at=at + DAY, **{name: at + days * DAY for name, days in window.items()})
    assert Edition.objects.count() == 2


def test_what_has_ended_is_published_anew(at):
    asset = draft("see")
    publish(asset, live_until=at + DAY, at=at)
    publish(asset, at=at + 2 * DAY)
    withdraw(asset, at=at + 3 * DAY)
    publish(asset, at=at + 4 * DAY)
    assert list(Edition.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_moved_end_is_the_window_it_is_compared_with(at):
    asset = draft("see")
    [edition] = publish(asset, live_until=at + 9 * DAY, at=at)
    reschedule(edition, live_until=at + 12 * DAY, at=at + DAY)
    assert publish(asset, live_until=at + 12 * DAY, at=at + 2 * DAY)[0].unchanged
    assert not publish(asset, live_until=at + 9 * DAY, at=at + 3 * DAY)[0].unchanged


def test_of_many_only_what_changed_is_published(at):
    same, other = draft("see", slug="same"), draft("see", slug="other")
    publish([same, other], at=at)
    result = publish([same, reworded(other)], at=at + DAY)
    assert {edition.slug: (edition.number, edition.unchanged) for edition in result} == {
        "same": (1, True),
        "other": (2, False),
    }
    assert Publication.objects.latest("number").editions.get().slug == "other"
    assert Event.objects.latest("pk").data["assets"][0]["id"] == other.public_id


def test_restoring_what_is_live_changes_nothing(at):
    asset = draft("see")
    [edition] = publish(asset, at=at)
    before = written()
    assert restore(edition, at=at + DAY).unchanged
    assert written() == before


def test_what_waited_for_it_is_over(at):
    """Somebody changed a text, sent it to be reviewed, and changed it back."""
    asset, user = draft("see"), User.objects.create_superuser("root")
    publish(asset)
    text = asset.translations.get()
    note_edit(asset)
    submit(text, by=user, at=timezone.now())
    Refusal.objects.create(asset=asset, at=at, findings=[{"message": "No"}])
    assert [edition.unchanged for edition in publish(asset)] == [True]
    text.refresh_from_db()
    assert (text.status, text.updated_at <= Publication.objects.get().at) == (Status.DRAFT, True)
    assert not Refusal.objects.exists()


def test_a_check_says_all_that_is_to_be_said_of_it(at):
    asset = draft("see", steps=())
    publish(asset, at=at)
    assert [finding.code for finding in check(asset, at=at + DAY)] == [
        finding.code for finding in check(reworded(asset), at=at + DAY)
    ]


def test_the_form_sent_ten_times_is_told(admin_client):
    asset = draft("see")
    form = {"locales": [asset.translations.get().locale_id]}
    answers = [admin_client.post(f"/admin/content/asset/publish/?ids={asset.pk}", form, follow=True) for _ in range(10)]
    messages = [[str(message) for message in answer.context["messages"]] for answer in answers]
    assert "Unchanged, so not published again" in messages[-1][0]
    assert messages[1:] == [messages[1]] * 9
    assert (Edition.objects.count(), Event.objects.count()) == (1, 1)
