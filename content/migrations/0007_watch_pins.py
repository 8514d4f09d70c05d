"""Pins are part of what the version of the map stands for: an answer at a touchpoint shows them."""

from django.db import migrations

from journeys.triggers import watch_tables


class Migration(migrations.Migration):
    dependencies = [("content", "0006_media"), ("journeys", "0002_watch_the_map")]

    operations = [watch_tables("content_pin")]
