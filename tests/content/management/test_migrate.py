"""Databases made before the first release are refused, in words, and left alone."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

BEFORE = ("0002_guard_editions", "0003_watch_vocabularies", "0004_access_tokens")
SCHEMA = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2",
    "postgresql": """
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = current_schema() ORDER BY 1, 2""",
}


def state():
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA[connection.vendor])
        return cursor.fetchall(), MigrationRecorder(connection).applied_migrations().keys()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("app", "names"), [("content", BEFORE), ("journeys", ("0002_watch_the_map", "0003_review_touchpoints"))]
)
def test_a_database_made_before_is_refused_and_stays_as_it_is(app, names):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(app, "0002_triggers")
    for name in names:
        recorder.record_applied(app, name)
    before = state()

    with pytest.raises(CommandError) as refused:
        call_command("migrate", verbosity=0)

    assert str(refused.value) == (
        "This database was made before the first release, by migrations that no longer exist, and stays as it is: "
        "name a new one in DATABASE_URL, run migrate, and bring the content with load_content."
    )
    assert state() == before


@pytest.mark.django_db
def test_a_database_of_today_is_not_refused(capsys):
    call_command("migrate", plan=True, verbosity=1)

    assert "No planned migration operations." in capsys.readouterr().out
