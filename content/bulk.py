"""Bulk inserts without the ORM: ``executemany`` on SQLite, ``COPY`` on PostgreSQL."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Inserts ``rows``, each the values of the fields ``names``, which are all but the key. One statement, none for no
    rows.

    For tables of numbers and booleans alone: nothing is validated or converted, and no keys come back.
    """
    # Showings are most of what a publish writes: an asset placed at three stages for two segments each has twelve rows,
    # a stage's three each and three anywhere, for the readers of every language.
    values = list(rows)
    if not values:
        return
    columns = [_column(model._meta.get_field(name)) for name in names]
    if connection.vendor == "postgresql":
        _copy(model, columns, values)
        return
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        cursor.executemany(f"{into} VALUES ({', '.join(['%s'] * len(columns))})", values)


def create(instances: Sequence[models.Model], batch_size: int | None = None) -> None:
    """Inserts new instances of one model, and gives them their keys. Two statements on PostgreSQL, none for none."""
    if not instances:
        return
    model: Any = type(instances[0])
    if connection.vendor != "postgresql":
        model._base_manager.bulk_create(instances, batch_size=batch_size)
        return
    # Numbers that are drawn and not used after a rollback leave gaps, which nobody minds.
    # COPY returns no keys, so they are drawn from the sequence before: one statement for all of them.
    with connection.cursor() as cursor:
        sequence = f"pg_get_serial_sequence('{model._meta.db_table}', '{model._meta.pk.column}')"
        cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [len(instances)])
        for instance, (pk,) in zip(instances, cursor.fetchall(), strict=True):
            instance.pk = pk
    fields = model._meta.local_concrete_fields
    values = [tuple(_value(field, instance) for field in fields) for instance in instances]
    _copy(model, [_column(field) for field in fields], values)
    for instance in instances:
        instance._state.adding, instance._state.db = False, connection.alias


def count_rows(tables: Iterable[type[models.Model]]) -> None:
    """Updates PostgreSQL's statistics of these tables (``ANALYZE``); does nothing on other databases.

    Nor within a transaction: its rows are not visible to the planner of others until it ends.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


def _column(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def _value(field: Any, instance: Any) -> Any:
    if field.is_relation and field.is_cached(instance) and (related := field.get_cached_value(instance)):
        setattr(instance, field.attname, related.pk)  # it may have got its key since it was assigned
    value = field.pre_save(instance, add=True)
    return json.dumps(value) if isinstance(field, models.JSONField) else value


def _copy(model: type[models.Model], columns: Sequence[str], values: Iterable[tuple[Any, ...]]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)
