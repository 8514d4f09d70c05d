"""Many rows at once, at a fraction of what the ORM takes to say them one by one."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Inserts ``rows``, each the values of the fields ``names``, which are all but the key. One statement, none for no
    rows.

    For tables of numbers and truths alone: nothing is validated or converted, and no keys come back.
    """
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


def create(made: Sequence[Any], batch_size: int | None = None) -> None:
    """Inserts new instances of one model, and gives them their keys. Two statements on PostgreSQL, none for none."""
    if not made:
        return
    model: Any = type(made[0])
    if connection.vendor != "postgresql":
        model._base_manager.bulk_create(made, batch_size=batch_size)
        return
    with connection.cursor() as cursor:
        sequence = f"pg_get_serial_sequence('{model._meta.db_table}', '{model._meta.pk.column}')"
        cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [len(made)])
        for one, (pk,) in zip(made, cursor.fetchall(), strict=True):
            one.pk = pk
    fields = model._meta.local_concrete_fields
    values = [tuple(_value(field, one) for field in fields) for one in made]
    _copy(model, [_column(field) for field in fields], values)
    for one in made:
        one._state.adding, one._state.db = False, connection.alias


def count_rows(tables: Iterable[type[models.Model]]) -> None:
    """Tells PostgreSQL's planner how large these tables are by now; nothing elsewhere.

    Not within a transaction: until its end nobody else could count them.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


def _column(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def _value(field: Any, one: Any) -> Any:
    if field.is_relation and field.is_cached(one) and (related := field.get_cached_value(one)):
        setattr(one, field.attname, related.pk)  # it may have got its key since it was named
    value = field.pre_save(one, add=True)
    return json.dumps(value) if isinstance(field, models.JSONField) else value


def _copy(model: type[models.Model], columns: Sequence[str], values: Iterable[tuple[Any, ...]]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)
