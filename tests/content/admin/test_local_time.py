"""Times as people write them: in their own zone, and asked back where a clock shows them twice or never."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from content.admin.local_time import localise_instants
from content.models import Edition
from content.publishing.publish import publish
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
        ("2031-07-01", "", OSLO, datetime(2031, 6, 30, 22, tzinfo=UTC)),
        ("2031-07-01", "", NEW_YORK, datetime(2031, 7, 1, 4, tzinfo=UTC)),
        ("2031-03-30", "", "Asia/Beirut", datetime(2031, 3, 29, 22, tzinfo=UTC)),
        ("2031-10-26", "", "Asia/Beirut", datetime(2031, 10, 25, 22, tzinfo=UTC)),
    ],
)
def test_time_is_of_the_zone_of_whoever_writes_it(scheduling, day, hour, zone, instant):
    assert scheduling(day, hour, zone) == instant


@pytest.mark.parametrize(
    ("day", "hour", "zone", "message"),
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
        ("", "12:00", OSLO, "Enter a valid date."),
        ("2031-07-01", "12:00+99:00", OSLO, "Enter a valid time."),
        ("2031-07-01", "12:00+01:99", OSLO, "Enter a valid time."),
        ("2031-07-01", "+01:00", OSLO, "Enter a valid time."),
        ("0001-01-01", "00:00", OSLO, "Enter a valid date."),
    ],
)  # fmt: skip
def test_time_that_is_not_one_instant_is_asked_back(scheduling, day, hour, zone, message):
    assert scheduling(day, hour, zone) == [message]
    assert not Edition.objects.exists()


def test_pages_tell_the_time_of_their_reader(admin_client, scheduling):
    scheduling("2031-07-01", "12:00", OSLO)
    address = reverse("admin:content_edition_changelist")

    pages = {}
    for zone in (OSLO, NEW_YORK):
        admin_client.cookies["zone"] = zone
        pages[zone] = admin_client.get(address).content.decode()

    assert "2031-07-01 12:00" in pages[OSLO]
    assert "2031-07-01 06:00" in pages[NEW_YORK]


def test_zone_of_one_reader_is_not_that_of_the_next_nor_of_the_api(admin_client, api, world):
    publish(draft("see"))
    before = api.get("/api/v1/content/").content
    admin_client.cookies["zone"] = api.cookies["zone"] = NEW_YORK

    admin_client.get(reverse("admin:index"))

    assert str(timezone.get_current_timezone()) == OSLO
    assert api.get("/api/v1/content/").content == before


def test_end_without_a_time_is_the_end_of_that_day(admin_client, world):
    asset = draft("see")
    address = f"{reverse('admin:content_asset_publish')}?ids={asset.pk}"
    data = {"locales": [asset.translations.get().locale_id], "live_from_0": "2031-07-01", "live_until_0": "2031-07-01"}

    admin_client.post(address, data)

    edition = Edition.objects.get()
    assert edition.live_from == datetime(2031, 6, 30, 22, tzinfo=UTC)
    assert edition.live_until == datetime(2031, 7, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize("zone", [OSLO, NEW_YORK])
def test_form_says_what_a_date_alone_stands_for_and_in_which_zone(admin_client, world, zone):
    asset = draft("see")
    admin_client.cookies["zone"] = zone

    html = admin_client.get(f"{reverse('admin:content_asset_publish')}?ids={asset.pk}").content.decode()

    assert f"Empty: now. A date without a time is the start of that day, in {zone}." in html
    assert f"Empty: no end. A date without a time lasts to the end of that day, in {zone}." in html


@pytest.mark.parametrize(
    ("model", "name", "end"),
    [("waiver", "until", True), ("accesstoken", "expires_at", True), ("translation", "published_at", False)],
)
def test_every_form_takes_a_date_alone(admin_client, world, model, name, end):
    form = admin_client.get(reverse(f"admin:content_{model}_add")).context["adminform"].form

    midnight = datetime(2031, 7, 1, 22, tzinfo=UTC) if end else datetime(2031, 6, 30, 22, tzinfo=UTC)
    assert form.fields[name].clean(["2031-07-01", ""]) == midnight


@pytest.mark.parametrize("zone", [OSLO, NEW_YORK])
def test_answers_name_the_day_and_the_time_of_their_reader(admin_client, world, zone):
    asset = draft("see")
    address = f"{reverse('admin:content_asset_publish')}?ids={asset.pk}"
    data = {"locales": [asset.translations.get().locale_id], "live_from_0": "2031-07-01", "live_from_1": "12:00"}
    admin_client.cookies["zone"] = zone

    scheduled = admin_client.post(address, data)
    now = admin_client.post(address, {"locales": data["locales"]})

    messages = [str(message) for response in (scheduled, now) for message in get_messages(response.wsgi_request)]
    title = asset.translations.get().title
    assert messages[0] == f"Scheduled: “{title}” (en), for 2031-07-01 12:00."
    [follows] = [message for message in messages if "takes over then" in message]
    assert "is scheduled for 2031-07-01 12:00 and" in follows
    assert not [message for message in messages if "UTC" in message]
    edition = Edition.objects.latest("pk")
    html = admin_client.get(reverse("admin:content_edition_change", args=[edition.pk])).content.decode()
    assert "is scheduled for 2031-07-01 12:00 and" in html
    assert "2031-07-01 10:00 UTC" in str(edition.warnings) or zone == NEW_YORK


@pytest.mark.parametrize(
    ("message", "result"),
    [
        ("On 2031-07-01 10:00 UTC it ends.", "On 2031-07-01 12:00 it ends."),
        ("The last was at 2031-12-31T23:30:00.123456Z; later.", "The last was at 2032-01-01 00:30; later."),
        ("At 9999-12-31 23:59 UTC.", "At 9999-12-31 23:59 UTC."),
        ("At 2031-13-01 10:00 UTC.", "At 2031-13-01 10:00 UTC."),
        ("On 2031-07-01 all day.", "On 2031-07-01 all day."),
    ],
)
def test_instants_that_were_said_for_everybody_are_told_in_local_time(message, result):
    assert localise_instants(message) == result
