from datetime import UTC, datetime, timedelta

from django.db import migrations
from django.db.models import F, Q
from django.utils import timezone

BATCH = 2000
EPOCH, STEP, FAR = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1), 1 << 62


def fill(apps, schema_editor):
    """The path of each edition that is live or scheduled. Two texts at one path stay: the audit names them."""
    editions = apps.get_model("content", "Edition").objects.filter(cancelled_at=None)
    standing = editions.filter(Q(live_until=None) | Q(live_until__gt=timezone.now()) & Q(live_until__gt=F("live_from")))
    names = ("pk", "asset_id", "locale_id", "kind_id", "slug", "live_from", "live_until")
    kinds = {kind.pk: kind for kind in apps.get_model("content", "Kind").objects.all()}
    codes = dict(apps.get_model("content", "Locale").objects.values_list("pk", "code"))
    rows = apps.get_model("content", "LivePath").objects
    rows.all().delete()
    last = 0
    while batch := list(standing.filter(pk__gt=last).order_by("pk").values_list(*names)[:BATCH]):
        rows.bulk_create([row(rows.model, kinds, codes, *values) for values in batch])
        last = batch[-1][0]


def row(model, kinds, codes, pk, asset, locale, kind, slug, start, end):
    templates, code = kinds[kind].url_templates, codes[locale]
    template = templates.get(code) or templates.get("") or f"/{kinds[kind].slug}/{{slug}}"
    return model(
        path=template.replace("{locale}", code).replace("{slug}", slug).rstrip("/"),
        asset_id=asset,
        locale_id=locale,
        edition_id=pk,
        live_from=(start - EPOCH) // STEP,
        live_until=FAR if end is None else (end - EPOCH) // STEP,
    )


class Migration(migrations.Migration):
    dependencies = [("content", "0023_live_paths")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
