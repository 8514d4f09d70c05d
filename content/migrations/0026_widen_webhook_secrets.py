from django.db import migrations

import content.models.encrypted


class Migration(migrations.Migration):
    dependencies = [("content", "0025_mark_copied_texts")]

    operations = [
        migrations.AlterField(
            model_name="webhookendpoint",
            name="secret",
            field=content.models.encrypted.EncryptedField(editable=False),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="old_secret",
            field=content.models.encrypted.EncryptedField(blank=True, editable=False),
        ),
    ]
