from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0027_encrypt_webhook_secrets")]

    operations = [
        migrations.AddField("publication", "visible", models.BooleanField(default=True, editable=False)),
        migrations.AddField("publishedstate", "shown_number", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("publishedstate", "shown_at", models.DateTimeField(null=True)),
        migrations.AddField("publishedstate", "answered_number", models.PositiveBigIntegerField(default=0)),
    ]
