from django.db import migrations

from content.models.triggers import guard_editions


class Migration(migrations.Migration):
    dependencies = [("content", "0001_tables")]

    operations = [guard_editions()]
