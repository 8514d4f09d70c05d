from django.db import migrations, models

from journeys.triggers import watch_tables


class Migration(migrations.Migration):
    dependencies = [("content", "0029_name_the_state_there_is"), ("journeys", "0002_watch_the_map")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, watch_tables("content_term").code),  # on the way back
        migrations.AddField(
            model_name="term",
            name="public",
            field=models.BooleanField(
                default=False,
                help_text="Readers may know of it before a text with it is live. After that they do in any case.",
                verbose_name="public already",
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="shown_since",
            field=models.DateTimeField(editable=False, null=True, verbose_name="known to readers since"),
        ),
        watch_tables("content_term"),
    ]
