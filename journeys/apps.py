from django.apps import AppConfig
from django.core.checks import Tags, register

from journeys.triggers import check_triggers


class JourneysConfig(AppConfig):
    name = "journeys"
    verbose_name = "The map"

    def ready(self) -> None:
        register(check_triggers, Tags.database)
