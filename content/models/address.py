from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset
from content.models.kind import Kind


class Address(models.Model):
    """A (kind, slug) belongs to one asset in all locales, from its first publish on: former slugs keep answering."""

    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="+")
    slug = models.CharField(max_length=200)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="addresses")

    class Meta:
        verbose_name = _lazy("address")
        verbose_name_plural = _lazy("addresses")
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="address_unique_in_kind")]

    def __str__(self) -> str:
        return self.slug
