from django.db import migrations
from django.db.models import OuterRef, Subquery


def date_by_asset(apps, schema_editor):
    """Drafts that were there before they had a date of their own changed when their assets did."""
    assets = apps.get_model("content", "Asset").objects.filter(pk=OuterRef("asset"))
    apps.get_model("content", "Translation").objects.update(updated_at=Subquery(assets.values("updated_at")[:1]))


class Migration(migrations.Migration):
    dependencies = [("content", "0011_workflow")]

    operations = [migrations.RunPython(date_by_asset, migrations.RunPython.noop)]
