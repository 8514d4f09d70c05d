from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0013_share_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="showing",
            name="signature",
            field=models.BigIntegerField(default=0),
        ),
    ]
