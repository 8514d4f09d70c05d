from django.db import migrations
from django.db.models import Case, Value, When

from content.showings.signature import signature

BATCH = 500


def sign(apps, schema_editor):
    """Batch by batch: the rows of 500 editions in one statement."""
    editions = apps.get_model("content", "Edition").objects.order_by("pk")
    showings = apps.get_model("content", "Showing").objects
    last = 0
    while batch := list(editions.filter(pk__gt=last).values_list("pk", "placements")[:BATCH]):
        signed = Case(*(When(edition=pk, then=Value(signature(placements))) for pk, placements in batch))
        showings.filter(edition__in=[pk for pk, _ in batch]).update(signature=signed)
        last = batch[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0014_sign_showings"),
    ]

    operations = [migrations.RunPython(sign, migrations.RunPython.noop)]
