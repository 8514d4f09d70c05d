"""``manage.py check --database default`` says which triggers are missing, and how to make them again."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from journeys.triggers import check_triggers

pytestmark = pytest.mark.django_db
POSTGRESQL = connection.vendor == "postgresql"
ON_EDITIONS = " ON content_edition" if POSTGRESQL else ""
DROP = f"DROP TRIGGER content_edition_no_delete{ON_EDITIONS}"
OTHER = {
    "sqlite": "CREATE TRIGGER content_edition_no_delete BEFORE DELETE ON content_edition BEGIN SELECT 1; END",
    "postgresql": """CREATE TRIGGER content_edition_no_delete BEFORE TRUNCATE ON content_edition
    FOR EACH STATEMENT EXECUTE FUNCTION content_edition_immutable()""",
}[connection.vendor]
ONLY_POSTGRESQL = pytest.mark.skipif(not POSTGRESQL, reason="SQLite has no such thing")


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def errors():
    return check_triggers(databases=["default"])


def test_a_database_just_migrated_lacks_none():
    assert errors() == []


def test_a_check_without_databases_asks_none(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert check_triggers() == []


def test_the_command_fails_and_says_what_to_run():
    run(DROP)

    with pytest.raises(SystemCheckError) as failed:
        call_command("check", databases=["default"], tags=["database"])

    message = str(failed.value)
    assert "(journeys.E001) In the database “default” content_edition_no_delete is missing.\n" in message
    assert "HINT: In uv run manage.py dbshell, run: CREATE TRIGGER content_edition_no_delete BEFORE" in message


@pytest.mark.parametrize(
    ("broken", "name", "wrong"),
    [
        ([DROP], "content_edition_no_delete", "is missing"),
        ([DROP, OTHER], "content_edition_no_delete", "is not as its migration made it"),
        pytest.param(
            ["ALTER TABLE content_edition DISABLE TRIGGER content_edition_no_delete"],
            "content_edition_no_delete",
            "is disabled",
            marks=ONLY_POSTGRESQL,
        ),
        pytest.param(
            [
                """CREATE OR REPLACE FUNCTION journeys_map_changed() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN RETURN NULL; END $$"""
            ],
            "journeys_map_changed",
            "is not as its migration made it",
            marks=ONLY_POSTGRESQL,
        ),
        pytest.param(
            ["ALTER TABLE content_edition DROP CONSTRAINT edition_windows_do_not_overlap"],
            "edition_windows_do_not_overlap",
            "is missing",
            marks=ONLY_POSTGRESQL,
        ),
    ],
)
def test_what_the_hint_says_mends_it(broken, name, wrong):
    run(*broken)

    [error] = errors()

    assert (error.id, error.msg) == ("journeys.E001", f"In the database “default” {name} {wrong}.")
    advice, statement = error.hint.split(" run: ")
    run(*[DROP] * ("drop it" in advice), statement)
    assert errors() == []


def test_nothing_is_expected_of_migrations_that_are_not_applied():
    run(DROP, "DELETE FROM django_migrations WHERE app = 'content' AND name = '0002_triggers'")

    assert errors() == []
