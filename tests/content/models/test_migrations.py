"""Migrations: what they take from our code, and that what they make beside tables can be taken back."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from content.management.migrations import SchemaAutodetector

ROOT = Path(__file__).resolve().parents[3]
MIGRATIONS = sorted(path for app in ("content", "journeys") for path in (ROOT / app / "migrations").glob("0*.py"))
# What fields of models name. It stays where it is as long as there are migrations with it.
NAMED_BY_FIELDS = {
    "content/migrations/0001_tables.py": {
        "content.clock.now",
        "content.fields.validate_schema",
        "content.models.access_token.validate_scopes",
        "content.models.encrypted.EncryptedField",
        "content.models.event.new_uid",
        "content.models.kind.validate_url_templates",
        "content.models.webhook_endpoint.validate_types",
        "content.models.webhook_endpoint.validate_url",
        "journeys.addresses.validate_address",
        "journeys.models.mapped.validate_texts",
        "journeys.phases.validate_intents",
    },
    "journeys/migrations/0001_tables.py": {
        "journeys.addresses.validate_address",
        "journeys.models.mapped.validate_texts",
        "journeys.models.stage.validate_lines",
        "journeys.models.stage.validate_phases",
        "journeys.models.touchpoint.validate_filters",
    },
}
OURS = ("config", "content", "journeys", "tests")
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
        UNION SELECT conname FROM pg_constraint WHERE contype = 'x'
        UNION SELECT proname FROM pg_proc
        WHERE prorettype = 'trigger'::regtype AND pronamespace = current_schema()::regnamespace""",
}


def names_of_ours(path):
    """Every dotted name of our code that a migration mentions, and whatever it imports from there by name."""
    found, modules = set(), set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute):
            found.add(ast.unparse(node))
    inner = {name.rsplit(".", 1)[0] for name in found}
    return {name for name in found | modules if name.split(".")[0] in OURS and name not in inner}


def triggers():
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def migrate(*targets):
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


def test_migrations_name_nothing_of_ours_but_what_fields_name():
    found = {path.relative_to(ROOT).as_posix(): names_of_ours(path) for path in MIGRATIONS}

    assert {path: names for path, names in found.items() if names} == NAMED_BY_FIELDS


@pytest.mark.django_db(transaction=True)
def test_triggers_are_taken_back_and_made_again():
    before = triggers()
    try:
        migrate(("content", "0001_tables"), ("journeys", "0001_tables"))
        assert triggers() == set()
    finally:
        migrate()
    assert triggers() == before


def test_a_changed_word_for_people_needs_no_migration():
    before, after = (ProjectState.from_apps(apps) for _ in range(2))
    for model in after.models.values():
        model.options["verbose_name"] = "another word"
        for field in model.fields.values():
            field.verbose_name = field.help_text = "another word"
            if field.choices:
                field.choices = [(value, "another word") for value, _ in field.flatchoices]

    assert SchemaAutodetector(before, after).changes(MigrationLoader(None).graph) == {}


def test_a_changed_field_needs_a_migration():
    before, after = (ProjectState.from_apps(apps) for _ in range(2))
    after.models["content", "asset"].fields["name"].max_length += 1

    assert list(SchemaAutodetector(before, after).changes(MigrationLoader(None).graph)) == ["content"]
