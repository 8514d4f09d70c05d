"""A new version of the map with every change of a table of it, be it by a bulk write or raw SQL."""

from django.db import migrations

TABLES = (
    "journeys_journey",
    "journeys_stage",
    "journeys_transition",
    "journeys_transition_segments",
    "journeys_segment",
    "journeys_channel",
    "journeys_recommendation",
    "journeys_touchpoint",
)
POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION journeys_map_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO journeys_mapversion (id, token) VALUES (1, gen_random_uuid()::text)
  ON CONFLICT (id) DO UPDATE SET token = excluded.token;
  RETURN NULL;
END $$"""
POSTGRESQL = """CREATE TRIGGER {table}_map_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION journeys_map_changed()"""
SQLITE = """CREATE TRIGGER {table}_map_changed_{event} AFTER {event} ON {table}
BEGIN
  INSERT INTO journeys_mapversion (id, token) VALUES (1, lower(hex(randomblob(16))))
  ON CONFLICT (id) DO UPDATE SET token = excluded.token;
END"""
EVENTS = ("insert", "update", "delete")
# Name → statement. PostgreSQL's are written as it gives them back, so that ``journeys/triggers.py`` can compare them.
TRIGGERS = {
    "postgresql": {
        "journeys_map_changed": POSTGRESQL_FUNCTION,
        **{f"{table}_map_changed": POSTGRESQL.format(table=table) for table in TABLES},
    },
    "sqlite": {
        f"{table}_map_changed_{event}": SQLITE.format(table=table, event=event) for table in TABLES for event in EVENTS
    },
}
POSTGRESQL_BACKWARDS = [
    *(f"DROP TRIGGER IF EXISTS {table}_map_changed ON {table}" for table in TABLES),
    "DROP FUNCTION journeys_map_changed()",
]
BACKWARDS = {
    "postgresql": POSTGRESQL_BACKWARDS,
    "sqlite": [f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS["sqlite"]],
}


def create(apps, schema_editor):
    for statement in TRIGGERS[schema_editor.connection.vendor].values():
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journeys", "0001_tables")]

    operations = [migrations.RunPython(create, drop)]
    triggers = TRIGGERS
