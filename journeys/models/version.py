"""One row whose token changes with every change of the map, written by the database itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _lazy


class MapVersion(models.Model):
    """The state of the map. A token never comes back, so a copy in memory is right while its token stands.

    Triggers on the watched tables write it (``0002_triggers`` of both apps): bulk writes and raw SQL count too.
    """

    token = models.CharField(max_length=36)

    class Meta:
        verbose_name = _lazy("map version")

    def __str__(self) -> str:
        return self.token
