from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0022_target_purposes_and_rhythm")]

    operations = [
        migrations.AddField("accesstoken", "by_system", models.BooleanField(default=False, editable=False)),
        migrations.AddField("sharelink", "by_system", models.BooleanField(default=False, editable=False)),
    ]
