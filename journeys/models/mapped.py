"""The base of all models that editors name: a slug that readers may rely on, and a title per locale."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.slugs import refuse_slug
from journeys.storable import clean_storable


def validate_texts(value: object) -> None:
    """Refuses (``texts_invalid``) anything but an object of locale code → text."""
    if not isinstance(value, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        message = _("Write an object of locale and text, like %(example)s.") % {"example": '{"nb": "Tenk"}'}
        raise ValidationError(message, code="texts_invalid")


class Mapped(models.Model):
    """One named thing. Saving validates, so that no path into the database goes round the rules of ``clean``."""

    slug = models.SlugField(
        _lazy("slug"), max_length=80, help_text=_lazy("Its name in the API. Fixed once published content uses it.")
    )
    title = models.CharField(_lazy("title"), max_length=200, help_text=_lazy("What readers and editors see."))
    titles = models.JSONField(
        _lazy("titles"),
        default=dict,
        blank=True,
        validators=[validate_texts],
        help_text=_lazy("The title in other languages."),
    )

    reserved: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        values = [f.attname for f in self._meta.concrete_fields if not f.is_relation and f.attname != "slug"]
        clean_storable(self, *values)
        if self.slug in self.reserved:
            message = _("“%(slug)s” is a reserved word; choose another slug.") % {"slug": self.slug}
            raise ValidationError({"slug": ValidationError(message, code="slug_reserved")})
        # The slug in the database decides, not the one this instance was loaded with.
        own = type(self)._base_manager.filter(pk=self.pk).values_list("slug", flat=True)
        before = own.first() if self.pk else None
        if before != self.slug:
            refuse_slug(self.slug)
        if before is not None and before != self.slug and (used := uses(self)):
            message = _("“%(slug)s” is used by %(uses)s; its slug is fixed. The title can still change.")
            message %= {"slug": before, "uses": uses_in_words(used)}
            raise ValidationError({"slug": ValidationError(message, code="slug_in_use")})

    def title_in(self, codes: Iterable[str]) -> str:
        """The title in the first of ``codes`` that has one, else the plain title."""
        return next((self.titles[code] for code in codes if self.titles.get(code)), self.title)


def uses(thing: models.Model) -> dict[str, int]:
    """Counts the published rows that use ``thing``, by the name of their model; empty if none does.

    Those are the rows of models that say ``fixes_slugs = True``; the map needs to know nothing of them.
    """
    found: dict[str, int] = {}
    for relation in thing._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or not getattr(model, "fixes_slugs", False):
            continue
        if count := model._base_manager.filter(**{relation.field.name: thing}).count():
            name = str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)
            found[name] = found.get(name, 0) + count
    return found


def uses_in_words(used: dict[str, int]) -> str:
    """The counts of ``uses`` as a list: ``2 placements and 1 edition``."""
    return get_text_list([f"{count} {name}" for name, count in used.items()], _("and"))


def refuse_cycle(thing: models.Model, parent_name: str, *, depth: int | None = None) -> None:
    """Refuses (``cycle``) a thing that would be its own ancestor, and (``too_deep``) a tree deeper than ``depth``."""
    line: list[Any] = [thing]
    while (parent := getattr(line[-1], parent_name)) is not None:
        if parent in line or (thing.pk and parent.pk == thing.pk):
            message = _("“%(name)s” would be its own ancestor; choose another.") % {"name": thing}
            raise ValidationError({parent_name: ValidationError(message, code="cycle")})
        line.append(parent)
    if depth is not None and len(line) + height(thing, parent_name) > depth:
        message = _("The tree may be at most %(depth)d levels deep.") % {"depth": depth}
        raise ValidationError({parent_name: ValidationError(message, code="too_deep")})


def height(thing: models.Model, parent_name: str) -> int:
    """Counts the levels below ``thing``. One query a level."""
    levels, below = 0, [thing.pk]
    while thing.pk:
        below = list(type(thing)._base_manager.filter(**{f"{parent_name}__in": below}).values_list("pk", flat=True))
        if not below:
            break
        levels += 1
    return levels
