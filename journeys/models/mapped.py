"""What everything that editors name has in common: a slug that readers may rely on, and a title per locale."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from journeys.slugs import refuse_slug
from journeys.storable import clean_storable


def validate_texts(value: Any) -> None:
    """Refuses (``texts_invalid``) anything but an object of locale code → text."""
    if not isinstance(value, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        raise ValidationError('Write an object of locale and text, like {"nb": "Tenk"}.', code="texts_invalid")


class Mapped(models.Model):
    """One named thing. Saving validates, so that no path into the database goes round the rules of ``clean``."""

    slug = models.SlugField(max_length=80, help_text="How the API names it. Fixed once something published names it.")
    title = models.CharField(max_length=200, help_text="What readers and editors see.")
    titles = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_texts],
        help_text='The title in other languages, as {"nb": "Tenk", "sv": "Tänk"}.',
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
            raise ValidationError({"slug": ValidationError(f"“{self.slug}” is a reserved word.", code="slug_reserved")})
        own = type(self)._base_manager.filter(pk=self.pk).values_list("slug", flat=True)
        before = own.first() if self.pk else None
        if before != self.slug:
            refuse_slug(self.slug)
        if before is not None and before != self.slug and (used := uses(self)):
            message = f"“{before}” is named by {uses_in_words(used)}; its slug is fixed. The title can still change."
            raise ValidationError({"slug": ValidationError(message, code="slug_in_use")})

    def title_in(self, codes: Iterable[str]) -> str:
        """The title in the first of ``codes`` that has one, else the plain title."""
        return next((self.titles[code] for code in codes if self.titles.get(code)), self.title)


def uses(thing: models.Model) -> dict[str, int]:
    """How many published rows name ``thing``, by what they are called; empty if none does.

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
    """``uses`` in words: ``2 placements, 1 edition``."""
    return ", ".join(f"{count} {name}" for name, count in used.items())


def refuse_cycle(thing: models.Model, parent_name: str, *, depth: int | None = None) -> None:
    """Refuses (``cycle``) a thing that would be its own ancestor, and (``too_deep``) a line longer than ``depth``."""
    line: list[Any] = [thing]
    while (parent := getattr(line[-1], parent_name)) is not None:
        if parent in line or (thing.pk and parent.pk == thing.pk):
            message = f"“{thing}” would stand above itself; choose another."
            raise ValidationError({parent_name: ValidationError(message, code="cycle")})
        line.append(parent)
    if depth is not None and len(line) + height(thing, parent_name) > depth:
        message = f"The tree may be at most {depth} levels deep."
        raise ValidationError({parent_name: ValidationError(message, code="too_deep")})


def height(thing: models.Model, parent_name: str) -> int:
    """How many levels stand below ``thing``. One query a level."""
    levels, below = 0, [thing.pk]
    while thing.pk:
        below = list(type(thing)._base_manager.filter(**{f"{parent_name}__in": below}).values_list("pk", flat=True))
        if not below:
            break
        levels += 1
    return levels
