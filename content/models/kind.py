import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from content.fields import validate_schema
from journeys.models.mapped import Mapped

LONGEST = 300  # characters of a template
CODE = "[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"  # of any locale


def validate_url_templates(value: Any) -> None:
    """Refuses (``url_template_invalid``) anything but locale code (or ``""`` for all) → path with one ``{slug}``, at
    most one ``{locale}`` and 300 characters."""
    if not isinstance(value, dict) or not all(isinstance(path, str) and _is_template(path) for path in value.values()):
        message = 'Write an object like {"": "/{locale}/blog/{slug}", "nb": "/{locale}/blogg/{slug}"}.'
        raise ValidationError(message, code="url_template_invalid")


def _is_template(path: str) -> bool:
    bare = path.replace("{slug}", "", 1).replace("{locale}", "", 1)
    return path.startswith("/") and len(path) <= LONGEST and "{slug}" in path and not set("{}") & set(bare)


class Kind(Mapped):
    """A content type: the JSON Schema of its own fields, and where your site shows it. Data, not code.

    A changed schema never makes stored content unreadable; ``content.drafts.misfits.misfits`` tells what no longer
    fits.
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
        help_text='Where your site shows it, per locale; "" stands for all others. {locale} is the text’s.',
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

    def template(self, locale: str) -> str:
        """The path at which your site shows texts in ``locale``, with ``{slug}`` for the text's own."""
        template = self.url_templates.get(locale) or self.url_templates.get("") or f"/{self.slug}/{{slug}}"
        return str(template).replace("{locale}", locale)

    def url(self, slug: str, locale: str) -> str:
        """The path at which your site shows ``slug``, a text in ``locale``."""
        return self.template(locale).replace("{slug}", slug)

    def slug_at(self, path: str) -> str | None:
        """The slug that your site shows at ``path``, whatever the locale; ``None`` if that is no path of this kind."""
        for code, template in [("", f"/{self.slug}/{{slug}}"), *self.url_templates.items()]:
            pattern = re.escape(str(template).rstrip("/")).replace(r"\{slug\}", "([^/]+)")
            if match := re.fullmatch(pattern.replace(r"\{locale\}", re.escape(code) or CODE), path):
                return match[1]
        return None
