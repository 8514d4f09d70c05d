from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0017_targets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="translation",
            name="translation_under_way",
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(fields=["-updated_at", "-id"], name="asset_newest_first"),
        ),
        migrations.AddIndex(
            model_name="translation",
            index=models.Index(fields=["status", "asset"], name="translation_under_way"),
        ),
    ]
