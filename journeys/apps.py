from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _lazy


class JourneysConfig(AppConfig):
    name = "journeys"
    verbose_name = _lazy("The map")
