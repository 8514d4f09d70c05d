from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from content.fields import validate_schema
from journeys.models.mapped import Mapped


def validate_url_templates(value: Any) -> None:
    """Refuses (``url_template_invalid``) anything but locale code (or ``""`` for all) → path with ``{slug}``."""
    if not isinstance(value, dict) or not all(
        isinstance(path, str) and path.startswith("/") and path.count("{slug}") == 1 and path.count("{") == 1
        for path in value.values()
    ):
        message = 'Write an object like {"": "/blog/{slug}", "nb": "/blogg/{slug}"}.'
        raise ValidationError(message, code="url_template_invalid")


class Kind(Mapped):
    """A content type: the JSON Schema of its own fields, and where your site shows it. Data, not code.

    A changed schema never makes stored content unreadable; ``content.fit.misfits`` tells what no longer fits.
    """

    description = models.TextField(blank=True)
    schema = models.JSONField(
        validators=[validate_schema],
        help_text="JSON Schema 2020-12 of an object. “x-localized”: false puts a field on the asset; "
        "“x-window”: “from” or “until” lets a date bound when an edition is shown.",
    )
    url_templates = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_url_templates],
        help_text='Where your site shows it, per locale; "" stands for all others.',
    )
    review = models.BooleanField(
        "review before publishing",
        default=False,
        help_text="A text of this kind is published only as somebody approved it.",
    )
    preset = models.SlugField(max_length=80, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="kind_slug_unique")]

    def url(self, slug: str, locale: str) -> str:
        """The path at which your site shows ``slug`` in ``locale``."""
        template = self.url_templates.get(locale) or self.url_templates.get("") or f"/{self.slug}/{{slug}}"
        return str(template).replace("{slug}", slug)

    def slug_at(self, path: str) -> str | None:
        """The slug that your site shows at ``path``, whatever the locale; ``None`` if that is no path of this kind."""
        for template in {f"/{self.slug}/{{slug}}", *self.url_templates.values()}:
            before, after = str(template).split("{slug}")
            slug = path.removeprefix(before).removesuffix(after.rstrip("/"))
            if f"{before}{slug}{after.rstrip('/')}" == path and slug and "/" not in slug:
                return slug
        return None
