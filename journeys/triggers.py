"""Triggers that give the map a new version whenever a watched table changes."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION journeys_map_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO journeys_mapversion (id, token) VALUES (1, gen_random_uuid()::text)
  ON CONFLICT (id) DO UPDATE SET token = excluded.token;
  RETURN NULL;
END $$
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER {table}_map_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION journeys_map_changed()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_map_changed_{event} AFTER {event} ON {table}
BEGIN
  INSERT INTO journeys_mapversion (id, token) VALUES (1, lower(hex(randomblob(16))))
  ON CONFLICT (id) DO UPDATE SET token = excluded.token;
END
"""
SQLITE_EVENTS = ("insert", "update", "delete")


def watch_tables(*tables: str) -> migrations.RunPython:
    """A migration step that watches ``tables``.

    On SQLite Django alters a table by copying it, which drops its triggers: a later migration that alters a
    watched table repeats this step for it (``tests/test_guards.py`` tells when that was forgotten).
    """
    return migrations.RunPython(_watch(tables), _unwatch(tables))


def _watch(tables: Sequence[str]) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        if postgres:
            schema_editor.execute(POSTGRES_FUNCTION)
        for table in tables:
            for statement in _drops(table, postgres=postgres) + _creates(table, postgres=postgres):
                schema_editor.execute(statement)

    return forwards


def _unwatch(tables: Sequence[str]) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    def backwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        for table in tables:
            for statement in _drops(table, postgres=postgres):
                schema_editor.execute(statement)

    return backwards


def _creates(table: str, *, postgres: bool) -> list[str]:
    if postgres:
        return [POSTGRES_TRIGGER.format(table=table)]
    return [SQLITE_TRIGGER.format(table=table, event=event) for event in SQLITE_EVENTS]


def _drops(table: str, *, postgres: bool) -> list[str]:
    if postgres:
        return [f"DROP TRIGGER IF EXISTS {table}_map_changed ON {table}"]
    return [f"DROP TRIGGER IF EXISTS {table}_map_changed_{event}" for event in SQLITE_EVENTS]
