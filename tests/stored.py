"""What lies in the database, and a database that takes no writes."""

import sqlite3
from contextlib import closing, contextmanager

from django.db import connection


def everything_stored():
    """All rows of all tables, as one text."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return repr(rows)


@contextmanager
def unwritable():
    """The database takes no writes just now: another process is at it (SQLite), or it is a replica (PostgreSQL)."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], uri=True)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
            yield
            cursor.execute("SET default_transaction_read_only = off")
