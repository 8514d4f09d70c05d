"""Every instant that is taken can be told in every zone; what was taken before is told too, and breaks no page."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from content.events.endpoints import add_endpoint
from content.fields import problems, window
from content.importers.when import read_instant
from content.models import Edition, Kind, Publication, Waiver
from content.publishing.publish import publish, reschedule, withdraw
from content.publishing.waivers import waive
from content.tokens import issue_token
from tests.drafts import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
FAR = [datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC), datetime(1899, 12, 31, tzinfo=UTC)]
LAST = datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC)
ZONES = ["Pacific/Kiritimati", "Europe/Oslo", "UTC", "America/New_York", "Etc/GMT+12"]


def code_of(refused):
    error = refused.value
    return next(iter(error.error_dict.values()))[0].code if hasattr(error, "error_dict") else error.code


@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize(
    "verb",
    [
        lambda asset, far: publish(asset, live_until=far),
        lambda asset, far: publish(asset, live_from=far),
        lambda asset, far: publish(asset, at=far),
        lambda asset, far: withdraw(asset, at=far),
        lambda asset, far: reschedule(publish(asset)[0], live_until=far),
        lambda asset, far: waive("link_dead:x", reason="Why", until=far, by=User.objects.create_superuser("r"), at=far),
        lambda asset, far: issue_token("A", scopes=["preview"], expires_at=far),
    ],
    ids=["until", "from", "at", "withdraw", "reschedule", "waive", "token"],
)
def test_verbs_refuse_what_some_zone_has_no_date_for(verb, far):
    with pytest.raises(ValidationError) as refused:
        verb(draft("see"), far)
    assert code_of(refused) == "out_of_range"


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_taken_can_be_told_in_every_zone(admin_client, zone):
    admin_client.cookies["zone"] = zone
    asset = draft("see")
    [edition] = publish(asset, live_from=LAST - timedelta(days=9), live_until=LAST)
    for path in ("edition/", f"edition/{edition.pk}/change/", f"edition/{edition.pk}/move/", "publication/"):
        assert admin_client.get(f"/admin/content/{path}").status_code == 200
    assert admin_client.get(f"/admin/content/asset/publish/?ids={asset.pk}").status_code == 200


@pytest.mark.parametrize(
    ("day", "hour"),
    [("9999-12-31", "23:59"), ("9999-12-31", "00:00"), ("1899-12-31", "12:00"), ("9999-01-02", "00:00")],
)
def test_forms_ask_back(admin_client, day, hour):
    asset = draft("see")
    form = {"locales": [asset.translations.get().locale_id], "live_until_0": day, "live_until_1": hour}
    answer = admin_client.post(f"/admin/content/asset/publish/?ids={asset.pk}", form)
    assert answer.context["form"].errors == {"live_until": ["Choose a date from 1900 to 9998."]}
    assert not Edition.objects.exists()


def test_a_form_of_users_asks_back(admin_client, admin_user):
    form = {"username": "admin", "date_joined_0": "9999-12-31", "date_joined_1": "23:59", "is_active": "on"}
    answer = admin_client.post(f"/admin/auth/user/{admin_user.pk}/change/", form)
    assert answer.context["adminform"].form.errors["date_joined"] == ["Choose a date from 1900 to 9998."]


@pytest.mark.parametrize("name", ["live_from", "live_until"])
def test_bulk_lines_are_refused(tmp_path, capsys, name):
    text = {"locale": "en", "slug": "a", "title": "A"}
    line = {"key": "a", "kind": "guide", "translations": [text], "publish": {name: "9999-12-31T23:59:59Z"}}
    file = tmp_path / "far.jsonl"
    file.write_text(json.dumps(line))
    call_command("load_content", str(file))
    assert f"publish.{name}: “9999-12-31T23:59:59Z” is out of range" in "".join(capsys.readouterr())
    assert not Edition.objects.exists()


@pytest.mark.parametrize("text", ["9999-12-31", "9999-06-01T00:00:00Z", "1899-12-31"])
def test_dates_of_files_are_refused(text, at):
    with pytest.raises(ValidationError) as refused:
        read_instant(text, now=at)
    assert refused.value.code == "date_unknown"


@pytest.mark.parametrize("value", ["9999-12-31", "9998-12-31T23:59:59-14:00", "1800-01-01"])
def test_window_fields_of_kinds_are_refused_and_bound_nothing(value):
    schema = {"type": "object", "properties": {"consent": {"type": "string", "x-window": "until"}}}
    [problem] = problems(schema, {"consent": value}, complete=True)
    assert (problem.path, "1900 to 9998" in problem.message) == ("consent", True)
    assert window(schema, {"consent": value}) == (None, None)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("far", [FAR[0], datetime(1, 1, 1, tzinfo=UTC)], ids=["end", "beginning"])
def test_what_was_stored_before_is_told(admin_client, admin_user, api, zone, far):
    """By releases that took it: shown as UTC has it, on every page that shows it."""
    admin_client.cookies["zone"] = zone
    asset, other = draft("see", slug="far"), draft("see", slug="near")
    publish([asset, other])
    own = Edition.objects.filter(asset=asset)
    edges = {"live_until": far, "asked_until": far} if far.year > 1 else {"live_from": far, "published_at": far}
    own.update(**edges)
    asset.translations.update(published_at=far)
    waiver = Waiver.objects.create(key="link_dead:x", reason="Why", until=far, by=admin_user)
    Publication.objects.filter(editions__in=own).update(at=far)
    edition = own.get()
    pages = (
        *("edition/", f"edition/{edition.pk}/change/", f"edition/{edition.pk}/move/", f"edition/{edition.pk}/again/"),
        *("publication/", f"publication/{edition.publication_id}/change/", f"asset/{asset.pk}/change/", "asset/"),
        *(f"translation/{asset.translations.get().pk}/change/", f"asset/publish/?ids={asset.pk}", "waiver/"),
        *(f"waiver/{waiver.pk}/change/", f"asset/{asset.pk}/history/", f"asset/{asset.pk}/readers/"),
    )
    statuses = {path: admin_client.get(f"/admin/content/{path}").status_code for path in pages}
    assert statuses == dict.fromkeys(statuses, 200)
    html = admin_client.get(f"/admin/content/edition/{edition.pk}/change/").content.decode()
    assert ("9999" in html) if far.year > 1 else ("edition" in html)
    assert {item["slug"] for item in api.get("/api/v1/content/").json()["results"]} == {"far", "near"}


def test_the_days_of_a_list_leave_out_what_has_none(admin_client):
    publish([draft("see"), draft("see")])
    Edition.objects.filter(pk=Edition.objects.first().pk).update(live_from=FAR[0], live_until=None)
    page = admin_client.get("/admin/content/edition/").content.decode()
    assert (f"live_from__year={timezone.now().year}" in page or "live_from__day" in page, "9999" in page) == (
        True,
        True,
    )


def test_nothing_else_is_refused(at):
    add_endpoint("Site", url="https://example.org/", at=at)
    assert issue_token("A", scopes=["preview"], expires_at=LAST)[0].expires_at == LAST
    assert Kind.objects.exists()
