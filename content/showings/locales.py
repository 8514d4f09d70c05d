"""Saves a locale and rebuilds the showings where its fallback changed."""

from collections.abc import Iterable

from django.db import transaction

from content.models import Locale, PublishedState
from content.showings.write import rebuild_all


def put_locale(locale: Locale) -> Locale:
    """Saves ``locale``; where it is new or has another fallback, rebuilds all showings.

    Linear in the number of published assets. Refuses what ``Locale.clean`` refuses.
    """
    with transaction.atomic():
        PublishedState.hold()
        before = Locale.objects.filter(pk=locale.pk).values_list("fallback_id", flat=True) if locale.pk else ()
        changed = not locale.pk or list(before) != [locale.fallback_id]
        locale.save()
        if changed:
            exhaust(rebuild_all())
    return locale


def exhaust(steps: Iterable[object]) -> None:
    for _ in steps:
        pass
