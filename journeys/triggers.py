"""A system check: the database still has the triggers that its migrations made."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

DISABLED = "disabled"
# Name and statement of each, with functions and exclusion constraints: as written, or as PostgreSQL formats them.
DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgname, CASE WHEN tgenabled IN ('O', 'A') THEN pg_get_triggerdef(oid, true) ELSE 'disabled' END
        FROM pg_trigger WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)
        UNION ALL
        SELECT proname, 'CREATE OR REPLACE FUNCTION ' || proname || '() RETURNS trigger LANGUAGE plpgsql AS $$'
          || prosrc || '$$'
        FROM pg_proc WHERE prorettype = 'trigger'::regtype AND pg_function_is_visible(oid)
        UNION ALL
        SELECT conname, 'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || conname || ' '
          || pg_get_constraintdef(oid, true)
        FROM pg_constraint WHERE contype = 'x' AND pg_table_is_visible(conrelid)""",
}


def check_triggers(*, databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """An error for each trigger that is missing, disabled or of another text than the last applied migration made it.

    A migration says in ``triggers`` what it makes: vendor → name → statement. On SQLite Django alters a table by
    copying it, which drops its triggers: a migration that alters such a table makes them anew.
    """
    return [error for alias in databases or () for error in _errors(connections[alias])]


def _errors(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS[connection.vendor])
        actual = dict(cursor.fetchall())
    return [
        _error(connection, name, statement, actual.get(name))
        for name, statement in _expected(connection).items()
        # Word by word, since PostgreSQL sets line ends and blanks in its own way.
        if actual.get(name, "").split() != statement.split()
    ]


def _expected(connection: BaseDatabaseWrapper) -> dict[str, str]:
    loader = MigrationLoader(connection)
    plans = [loader.graph.forwards_plan(leaf) for leaf in loader.graph.leaf_nodes()]
    expected: dict[str, str] = {}
    for key in dict.fromkeys(key for plan in plans for key in plan):
        if key in loader.applied_migrations:
            expected |= getattr(loader.graph.nodes[key], "triggers", {}).get(connection.vendor, {})
    return expected


def _error(connection: BaseDatabaseWrapper, name: str, statement: str, actual: str | None) -> Error:
    if actual is None:
        message = _("In the database “%(alias)s” %(name)s is missing.")
    elif actual == DISABLED:
        message = _("In the database “%(alias)s” %(name)s is disabled.")
    else:
        message = _("In the database “%(alias)s” %(name)s is not as its migration made it.")
    if actual is None or statement.startswith("CREATE OR REPLACE"):
        hint = _("In uv run manage.py dbshell, run: %(statement)s;")
    else:
        hint = _("In uv run manage.py dbshell, drop it and run: %(statement)s;")
    words = {"alias": connection.alias, "name": name}
    return Error(message % words, hint=hint % {"statement": statement}, id="journeys.E001")
