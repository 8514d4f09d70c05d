from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _lazy

from journeys.triggers import check_triggers


class JourneysConfig(AppConfig):
    name = "journeys"
    verbose_name = _lazy("The map")

    def ready(self) -> None:
        register(check_triggers, Tags.database)
