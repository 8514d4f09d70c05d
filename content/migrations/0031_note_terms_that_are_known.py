from django.db import migrations, models
from django.utils import timezone


def note(apps, schema_editor):
    """Readers know of the terms of what is or was live, and of those above them."""
    carried = apps.get_model("content", "EditionTerm").objects.filter(
        edition__cancelled_at=None, edition__live_from__lte=timezone.now()
    )
    real = carried.exclude(edition__live_until=models.F("edition__live_from")).order_by()
    first = dict(real.values_list("term").annotate(first=models.Min("edition__live_from")))
    terms = {term.pk: term for term in apps.get_model("content", "Term").objects.all()}
    for pk, at in list(first.items()):
        above, passed = terms[pk].parent_id, {pk}
        while above and above not in passed:
            passed.add(above)
            first[above] = min(at, first.get(above, at))
            above = terms[above].parent_id
    for pk, at in first.items():
        terms[pk].shown_since = at
        terms[pk].save(update_fields=["shown_since"])


class Migration(migrations.Migration):
    dependencies = [("content", "0030_public_terms")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
