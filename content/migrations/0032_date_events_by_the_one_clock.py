from django.db import migrations, models

import content.clock


class Migration(migrations.Migration):
    dependencies = [("content", "0031_note_terms_that_are_known")]

    operations = [
        migrations.AlterField(
            model_name="event", name="created_at", field=models.DateTimeField(default=content.clock.now)
        ),
    ]
