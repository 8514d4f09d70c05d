"""Times as people write them: in their own zone, and asked back where a clock shows them twice or never."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from content.models import Edition
from content.publish import publish
from tests.drafts import draft

pytestmark = pytest.mark.django_db
OSLO, NEW_YORK = "Europe/Oslo", "America/New_York"


@pytest.fixture
def scheduling(admin_client, world):
    """Schedules a draft by its form, from a date and a time: when it starts, or what the form says of that."""
    asset = draft("see")
    address = f"{reverse('admin:content_asset_publish')}?ids={asset.pk}"

    def run(day, hour, zone=OSLO):
        admin_client.cookies["zone"] = zone
        data = {"locales": [asset.translations.get().locale_id], "live_from_0": day, "live_from_1": hour}
        response = admin_client.post(address, data)
        if response.status_code == 200:
            return response.context["form"].errors["live_from"]
        return Edition.objects.latest("pk").live_from

    return run


@pytest.mark.parametrize(
    ("day", "hour", "zone", "instant"),
    [
        ("2031-07-01", "12:00", OSLO, datetime(2031, 7, 1, 10, tzinfo=UTC)),
        ("2031-07-01", "12:00", NEW_YORK, datetime(2031, 7, 1, 16, tzinfo=UTC)),
        ("2031-07-01", "12:00", "Nowhere/At all", datetime(2031, 7, 1, 10, tzinfo=UTC)),
        ("2031-10-26", "02:30+02:00", OSLO, datetime(2031, 10, 26, 0, 30, tzinfo=UTC)),
        ("2031-10-26", "02:30 +0100", OSLO, datetime(2031, 10, 26, 1, 30, tzinfo=UTC)),
        ("2031-10-26", "02:30Z", OSLO, datetime(2031, 10, 26, 2, 30, tzinfo=UTC)),
        ("2031-07-01", "12:00-05:00", OSLO, datetime(2031, 7, 1, 17, tzinfo=UTC)),
        ("2031-07-01", "12:00", "../../etc/passwd", datetime(2031, 7, 1, 10, tzinfo=UTC)),
        ("2031-07-01", "12:00", "Europe", datetime(2031, 7, 1, 10, tzinfo=UTC)),
        ("2031-03-30", "02:30", NEW_YORK, datetime(2031, 3, 30, 6, 30, tzinfo=UTC)),
    ],
)
def test_time_is_of_the_zone_of_whoever_writes_it(scheduling, day, hour, zone, instant):
    assert scheduling(day, hour, zone) == instant


@pytest.mark.parametrize(
    ("day", "hour", "zone", "said"),
    [
        (
            "2031-10-26",
            "02:30",
            OSLO,
            "02:30 on 2031-10-26 comes twice in Europe/Oslo: clocks go back then. "
            "Write the time as 02:30+02:00 for the first, 02:30+01:00 for the second.",
        ),
        (
            "2031-03-30",
            "02:30",
            OSLO,
            "There is no 02:30 on 2031-03-30 in Europe/Oslo: clocks go forward then. "
            "Write 03:30 for the moment after.",
        ),
        ("2031-07-01", "", OSLO, "Enter a valid time."),
        ("", "12:00", OSLO, "Enter a valid date."),
        ("2031-07-01", "12:00+99:00", OSLO, "Enter a valid time."),
        ("2031-07-01", "12:00+01:99", OSLO, "Enter a valid time."),
        ("2031-07-01", "+01:00", OSLO, "Enter a valid time."),
        ("0001-01-01", "00:00", OSLO, "Enter a valid date."),
    ],
)  # fmt: skip
def test_time_that_is_not_one_instant_is_asked_back(scheduling, day, hour, zone, said):
    assert scheduling(day, hour, zone) == [said]
    assert not Edition.objects.exists()


def test_pages_tell_the_time_of_their_reader(admin_client, scheduling):
    scheduling("2031-07-01", "12:00", OSLO)
    address = reverse("admin:content_edition_changelist")

    shown = {}
    for zone in (OSLO, NEW_YORK):
        admin_client.cookies["zone"] = zone
        shown[zone] = admin_client.get(address).content.decode()

    assert "2031-07-01 12:00" in shown[OSLO]
    assert "2031-07-01 06:00" in shown[NEW_YORK]


def test_zone_of_one_reader_is_not_that_of_the_next_nor_of_the_api(admin_client, api, world):
    publish(draft("see"))
    before = api.get("/api/v1/content/").content
    admin_client.cookies["zone"] = api.cookies["zone"] = NEW_YORK

    admin_client.get(reverse("admin:index"))

    assert str(timezone.get_current_timezone()) == OSLO
    assert api.get("/api/v1/content/").content == before
