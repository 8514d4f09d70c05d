from django.db import migrations

from journeys.triggers import watch_tables


class Migration(migrations.Migration):
    dependencies = [("content", "0002_guard_editions"), ("journeys", "0002_watch_the_map")]

    operations = [watch_tables("content_kind", "content_locale", "content_vocabulary", "content_term")]
