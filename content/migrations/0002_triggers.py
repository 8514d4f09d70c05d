"""What the database itself refuses: windows that overlap, and any change of what was published.

And a new version of the map with every change of a table of ours that answers name things from.
"""

from django.db import migrations

WATCHED_TABLES = ("content_kind", "content_locale", "content_vocabulary", "content_term", "content_pin")
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
MESSAGE = "editions are immutable: publish a new one"
OVERLAP = "edition windows overlap"

# PostgreSQL's are written as it gives them back, varchars compared as text: ``journeys/triggers.py`` compares both.
AS_COMPARED = {word: f"{word}::text" if word in ("slug", "title", "title_key") else word for word in WORDS}
WORDS_DIFFER = " OR ".join(f"old.{word} IS DISTINCT FROM new.{word}" for word in AS_COMPARED.values())
POSTGRESQL_WATCH = """CREATE TRIGGER {table}_map_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION journeys_map_changed()"""
POSTGRESQL = {
    **{f"{table}_map_changed": POSTGRESQL_WATCH.format(table=table) for table in WATCHED_TABLES},
    "edition_windows_do_not_overlap": """ALTER TABLE content_edition
    ADD CONSTRAINT edition_windows_do_not_overlap
    EXCLUDE USING gist (asset_id WITH =, locale_id WITH =, tstzrange(live_from, live_until) WITH &&)""",
    "content_edition_immutable": f"""CREATE OR REPLACE FUNCTION content_edition_immutable() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    "content_edition_no_update": f"""CREATE TRIGGER content_edition_no_update
    BEFORE UPDATE OF {", ".join(WORDS)} ON content_edition
    FOR EACH ROW WHEN ({WORDS_DIFFER})
    EXECUTE FUNCTION content_edition_immutable()""",
    "content_edition_no_delete": """CREATE TRIGGER content_edition_no_delete BEFORE DELETE ON content_edition
    FOR EACH ROW EXECUTE FUNCTION content_edition_immutable()""",
}
POSTGRESQL_BACKWARDS = [
    *(f"DROP TRIGGER IF EXISTS {table}_map_changed ON {table}" for table in WATCHED_TABLES),
    "DROP TRIGGER IF EXISTS content_edition_no_delete ON content_edition",
    "DROP TRIGGER IF EXISTS content_edition_no_update ON content_edition",
    "DROP FUNCTION IF EXISTS content_edition_immutable()",
    "ALTER TABLE content_edition DROP CONSTRAINT IF EXISTS edition_windows_do_not_overlap",
]

SQLITE_WATCH = """CREATE TRIGGER {table}_map_changed_{event} AFTER {event} ON {table}
BEGIN
  INSERT INTO journeys_mapversion (id, token) VALUES (1, lower(hex(randomblob(16))))
  ON CONFLICT (id) DO UPDATE SET token = excluded.token;
END"""
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
SQLITE_NO_UPDATE = f"""CREATE TRIGGER content_edition_no_update BEFORE UPDATE OF {", ".join(WORDS)} ON content_edition
    WHEN {" OR ".join(f"OLD.{word} IS NOT NEW.{word}" for word in WORDS)}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""
SQLITE_NO_DELETE = f"""CREATE TRIGGER content_edition_no_delete BEFORE DELETE ON content_edition
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""
SQLITE = {
    **{
        f"{table}_map_changed_{event}": SQLITE_WATCH.format(table=table, event=event)
        for table in WATCHED_TABLES
        for event in ("insert", "update", "delete")
    },
    "content_edition_overlap_insert": SQLITE_OVERLAP.format(event="insert", when="INSERT", message=OVERLAP),
    "content_edition_overlap_update": SQLITE_OVERLAP.format(
        event="update", when="UPDATE OF live_from, live_until", message=OVERLAP
    ),
    "content_edition_no_update": SQLITE_NO_UPDATE,
    "content_edition_no_delete": SQLITE_NO_DELETE,
}
SQLITE_BACKWARDS = [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE]

FORWARDS = {
    "postgresql": ["CREATE EXTENSION IF NOT EXISTS btree_gist", *POSTGRESQL.values()],
    "sqlite": SQLITE.values(),
}
BACKWARDS = {"postgresql": POSTGRESQL_BACKWARDS, "sqlite": SQLITE_BACKWARDS}


def create(apps, schema_editor):
    for statement in FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("content", "0001_tables"), ("journeys", "0002_triggers")]

    operations = [migrations.RunPython(create, drop)]
    triggers = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
