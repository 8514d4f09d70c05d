from django.db import migrations

from journeys.triggers import watch_tables


class Migration(migrations.Migration):
    dependencies = [("journeys", "0001_tables")]

    operations = [
        watch_tables(
            "journeys_journey",
            "journeys_stage",
            "journeys_transition",
            "journeys_transition_segments",
            "journeys_segment",
            "journeys_channel",
            "journeys_recommendation",
            "journeys_touchpoint",
        )
    ]
