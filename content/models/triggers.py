"""Database triggers that refuse overlapping windows and any change of published words."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORDS = (
    "asset_id",
    "locale_id",
    "kind_id",
    "number",
    "publication_id",
    "slug",
    "title",
    "title_key",
    "dated",
    "market_bound",
    "document",
    "placements",
    "teasers",
    "steps",
)
OLD, NEW = (", ".join(f"{row}.{column}" for column in WORDS) for row in ("OLD", "NEW"))
MESSAGE = "editions are immutable: publish a new one"
OVERLAP = "edition windows overlap"

POSTGRES = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """ALTER TABLE content_edition ADD CONSTRAINT edition_windows_do_not_overlap EXCLUDE USING gist
    (asset_id WITH =, locale_id WITH =, tstzrange(live_from, live_until) WITH &&)""",
    f"""CREATE FUNCTION content_edition_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE TRIGGER content_edition_no_update BEFORE UPDATE OF {", ".join(WORDS)} ON content_edition
    FOR EACH ROW WHEN (({OLD}) IS DISTINCT FROM ({NEW}))
    EXECUTE FUNCTION content_edition_immutable()""",
    """CREATE TRIGGER content_edition_no_delete BEFORE DELETE ON content_edition
    FOR EACH ROW EXECUTE FUNCTION content_edition_immutable()""",
]
POSTGRES_BACK = [
    "DROP TRIGGER content_edition_no_delete ON content_edition",
    "DROP TRIGGER content_edition_no_update ON content_edition",
    "DROP FUNCTION content_edition_immutable()",
    "ALTER TABLE content_edition DROP CONSTRAINT edition_windows_do_not_overlap",
]

# An empty window overlaps nothing; no end is the far end of time (a bare 9999 would be compared as a number).
SQLITE_OVERLAP = """CREATE TRIGGER content_edition_overlap_{event} BEFORE {when} ON content_edition
WHEN NEW.live_from < COALESCE(NEW.live_until, '9999-12-31') BEGIN
  SELECT RAISE(ABORT, '{message}') WHERE EXISTS (
    SELECT 1 FROM content_edition other
    WHERE other.asset_id = NEW.asset_id AND other.locale_id = NEW.locale_id AND other.id IS NOT NEW.id
      AND other.live_from < COALESCE(other.live_until, '9999-12-31')
      AND other.live_from < COALESCE(NEW.live_until, '9999-12-31')
      AND NEW.live_from < COALESCE(other.live_until, '9999-12-31'));
END"""
SQLITE = [
    SQLITE_OVERLAP.format(event="insert", when="INSERT", message=OVERLAP),
    SQLITE_OVERLAP.format(event="update", when="UPDATE OF live_from, live_until", message=OVERLAP),
    f"""CREATE TRIGGER content_edition_no_update BEFORE UPDATE OF {", ".join(WORDS)} ON content_edition
    WHEN {" OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in WORDS)}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
    f"""CREATE TRIGGER content_edition_no_delete BEFORE DELETE ON content_edition
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
]
SQLITE_BACK = [
    "DROP TRIGGER content_edition_no_delete",
    "DROP TRIGGER content_edition_no_update",
    "DROP TRIGGER content_edition_overlap_update",
    "DROP TRIGGER content_edition_overlap_insert",
]


def guard_editions() -> migrations.RunPython:
    """A migration step that guards the editions; repeat it after altering their table (SQLite drops triggers)."""
    return migrations.RunPython(_guard, _unguard)


def _guard(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def _unguard(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRES_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)
