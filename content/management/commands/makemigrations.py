from django.core.management.commands import makemigrations

from content.management.migrations import SchemaAutodetector


class Command(makemigrations.Command):
    """Django's own, which leaves words for people out of migrations."""

    autodetector = SchemaAutodetector
