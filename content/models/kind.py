import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.fields import validate_schema
from journeys.models.mapped import Mapped

LONGEST = 300  # characters of a template
CODE = "[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"  # of any locale


def validate_url_templates(value: object) -> None:
    """Refuses (``url_template_invalid``) anything but locale code (or ``""`` for all) → path with one ``{slug}``, at
    most one ``{locale}`` and 300 characters."""
    if not isinstance(value, dict) or not all(isinstance(path, str) and _is_template(path) for path in value.values()):
        example = '{"": "/{locale}/blog/{slug}", "nb": "/{locale}/blogg/{slug}"}'
        message = _("Write an object like %(example)s.") % {"example": example}
        raise ValidationError(message, code="url_template_invalid")


def _is_template(path: str) -> bool:
    bare = path.replace("{slug}", "", 1).replace("{locale}", "", 1)
    return path.startswith("/") and len(path) <= LONGEST and "{slug}" in path and not set("{}") & set(bare)


class Kind(Mapped):
    """A content type: the JSON Schema of its own fields, and where your site shows it. Data, not code.

    A changed schema never makes stored content unreadable; ``content.drafts.misfits.misfits`` finds what no longer
    fits.
    """

    description = models.TextField(_lazy("description"), blank=True)
    schema = models.JSONField(
        _lazy("schema"),
        validators=[validate_schema],
        help_text=_lazy(
            "JSON Schema 2020-12 of an object. “x-localized”: false puts a field on the asset; "
            "“x-window”: “from” or “until” makes a date limit when an edition is shown."
        ),
    )
    url_templates = models.JSONField(
        _lazy("URL templates"),
        default=dict,
        blank=True,
        validators=[validate_url_templates],
        help_text=_lazy(
            'Where your site shows it, by language; "" is for all others. {locale} is the text’s language.'
        ),
    )
    review = models.BooleanField(
        _lazy("review before publishing"),
        default=False,
        help_text=_lazy("Texts of this kind can only be published once approved."),
    )
    preset = models.SlugField(max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _lazy("kind")
        verbose_name_plural = _lazy("kinds")
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
        # The default path counts too: it is in use wherever no template says otherwise.
        for code, template in [("", f"/{self.slug}/{{slug}}"), *self.url_templates.items()]:
            pattern = re.escape(str(template).rstrip("/")).replace(r"\{slug\}", "([^/]+)")
            if match := re.fullmatch(pattern.replace(r"\{locale\}", re.escape(code) or CODE), path):
                return match[1]
        return None
