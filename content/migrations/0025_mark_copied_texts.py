import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0024_fill_live_paths")]

    operations = [
        migrations.AddField(
            model_name="translation",
            name="copied_from",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="content.locale",
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="copied_print",
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
    ]
