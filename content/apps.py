from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _lazy


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _lazy("Content")
