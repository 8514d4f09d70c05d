from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0032_date_events_by_the_one_clock")]

    operations = [
        migrations.AddField("accesstoken", "by_system", models.BooleanField(default=False, editable=False)),
        migrations.AddField("sharelink", "by_system", models.BooleanField(default=False, editable=False)),
    ]
