"""An edition whose words are cut in the database fails alone: no list, audit or page of editors falls over it."""

import logging
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from content.delivery import compose
from content.models import Edition, ShareLink
from content.publishing.publish import publish, restore
from content.sharing.share import share
from tests.drafts import draft, reworded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LIST = "/api/v1/content/"


def cut(edition, document):
    """As a broken disk or a hand would: below the guards of the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE content_edition SET document = %s WHERE id = %s", [document, edition.pk])
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'content_edition'"
            )
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("UPDATE content_edition SET document = %s WHERE id = %s", [document, edition.pk])
            for _, sql in triggers:
                cursor.execute(sql.replace("%", "%%"))


@pytest.fixture(params=["cut", "empty", "list", "other"])
def broken(request, monkeypatch):
    """Two that are live, and the edition of the second broken, which the first leads to."""
    monkeypatch.setattr(compose, "_logged", set())
    lost = draft("see", slug="lost", title="Lost")
    whole = draft("see", slug="whole", title="Whole", steps=(("learn_more", lost),))
    publish([whole, lost])
    edition = lost.editions.get()
    document = bytes(edition.document)
    cut(
        edition,
        {"cut": document[: len(document) // 2], "empty": b"", "list": b"[1]", "other": b'{"id": 1}'}[request.param],
    )
    edition.refresh_from_db()
    return edition


@pytest.mark.parametrize(
    "query",
    ["", "?stage=see", "?include=next_steps", "?count=true&facets=kind,stage", "?ordering=title&fields=id,title"],
)
def test_lists_stand_without_it(api, broken, query):
    answer = api.get(f"{LIST}{query}")
    assert (answer.status_code, [item["title"] for item in answer.json()["results"]]) == (200, ["Whole"])


def test_the_pages_of_a_list_go_on_past_it(api, broken, titles):
    assert titles(parameters={"page_size": 1}) == ["Whole"]


def test_its_own_addresses_are_as_if_it_were_not_there(api, broken):
    uid = broken.asset.public_id
    unknown = api.get(f"{LIST}{'0' * 32}/").json()
    for path in (f"{LIST}{uid}/", f"{LIST}guide/lost/", f"{LIST}{uid}/next/"):
        answer = api.get(path)
        assert (answer.status_code, answer.json() | {"instance": ""}) == (404, unknown | {"instance": ""})


def test_what_leads_to_it_and_what_explains_stands(api, broken, preview):
    assert api.get(f"{LIST}guide/whole/").status_code == 200
    answer = api.get(LIST, {"explain": "true"}, **preview)
    assert [one["id"] for one in answer.json()["explain"]["results"]] == [
        item["id"] for item in answer.json()["results"]
    ]


def test_the_log_has_its_id_once(api, broken, caplog):
    with caplog.at_level(logging.ERROR, "content.delivery.compose"):
        for _ in range(3):
            api.get(LIST)
    assert [record.getMessage() for record in caplog.records if record.name == "content.delivery.compose"] == [
        f"Edition {broken.number} of asset {broken.asset_id}, locale {broken.locale_id}, cannot be read; "
        "see check_editions"
    ]


def test_a_command_names_it_and_fails(broken, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("check_editions")
    lines = capsys.readouterr().out.splitlines()
    asset = broken.asset
    assert ended.value.code == 1
    assert lines[:2] == [
        f"edition {broken.pk} (number 1) of “{asset.name}” ({asset.public_id}) in en cannot be read",
        "2 editions checked, 1 cannot be read",
    ]


def test_a_command_finds_nothing_where_nothing_is_wrong(capsys):
    publish(draft("see"))
    call_command("check_editions")
    assert capsys.readouterr().out == "1 edition checked, 0 cannot be read\n"


def test_pages_of_editors_say_so(admin_client, broken):
    asset, text = broken.asset, broken.asset.translations.get()
    for path in (
        "edition/",
        f"asset/{asset.pk}/change/",
        f"asset/{asset.pk}/readers/",
        f"translation/{text.pk}/change/",
        "coverage/",
        "coverage/findings/",
    ):
        assert admin_client.get(f"/admin/content/{path}").status_code == 200
    for path in (f"edition/{broken.pk}/change/", f"asset/publish/?ids={asset.pk}"):
        answer = admin_client.get(f"/admin/content/{path}")
        assert (answer.status_code, "cannot be read" in answer.content.decode()) == (200, True)


def test_audits_stand_without_it(api, broken, audit):
    assert api.get("/api/v1/coverage/findings/", **audit).status_code == 200
    assert api.get("/api/v1/coverage/", **audit).status_code == 200


def test_its_words_cannot_be_restored_and_its_draft_mends_it(api, broken):
    with pytest.raises(ValidationError) as refused:
        restore(broken)
    assert refused.value.code == "edition_unreadable"
    assert [edition.number for edition in publish(broken.asset)] == [2]
    assert [item["title"] for item in api.get(f"{LIST}?ordering=title").json()["results"]] == ["Lost", "Whole"]


def test_a_share_link_that_cannot_be_read_is_over(client):
    link, token = share(draft("see").translations.get(), lasting=7, by=None)
    ShareLink.objects.filter(pk=link.pk).update(document=b'{"id": 1')
    gone, unknown = client.get(f"/preview/{token}/"), client.get("/preview/unknown/")
    assert (gone.status_code, gone.content) == (404, unknown.content)


def test_others_of_its_asset_are_not_touched(api, broken):
    """A language of its own, or a later edition, answers."""
    publish(reworded(broken.asset), at=timezone.now() + timedelta(seconds=1))
    assert Edition.objects.filter(asset=broken.asset).count() == 2
