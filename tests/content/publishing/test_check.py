"""Looking at what the gates would say changes nothing, and waits for nobody."""

from threading import Event as Flag
from threading import Thread

import pytest
from django.db import connection, transaction

from content.change_signal import current_signal
from content.models import Event, Publication, PublishedState, Showing
from content.publishing.publish import check, publish
from tests.drafts import draft

pytestmark = pytest.mark.usefixtures("world")


def everything():
    state = PublishedState.objects.values().first()
    return state, Publication.objects.count(), Event.objects.count(), list(Showing.objects.order_by("pk").values())


@pytest.mark.django_db
def test_a_check_leaves_the_state_and_the_signal_to_other_processes_alone(at):
    live, new = draft("see"), draft("think", slug="choose")
    publish(live, at=at)
    before, signal = everything(), current_signal()
    check([live, new])
    assert (everything(), current_signal()) == (before, signal)


@pytest.mark.django_db
def test_a_check_says_what_the_publication_then_refuses_or_warns_of(at):
    asset = draft("think")
    checked = check(asset, at=at)
    [edition] = publish(asset, at=at)
    assert [finding.as_data() for finding in checked] == edition.warnings


@pytest.mark.django_db(transaction=True)
def test_a_check_does_not_wait_for_a_publisher(at):
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite one transaction writes at a time")
    asset = draft("think")
    held, done = Flag(), Flag()

    def hold():
        with transaction.atomic():
            PublishedState.hold()
            held.set()
            done.wait(30)
        connection.close()

    publisher = Thread(target=hold)
    publisher.start()
    try:
        assert held.wait(10)
        assert isinstance(check(asset), list)
    finally:
        done.set()
        publisher.join()
