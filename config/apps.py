from importlib import import_module

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class Admin(AdminConfig):
    """Django's own admin, on our site."""

    default_site = "config.admin_site.Site"

    def ready(self) -> None:
        """Finds the screens of all apps, and puts those of ``content`` where they replace another app's."""
        super().ready()
        for model, screen in import_module("content.admin").REPLACEMENTS.items():
            admin.site.unregister(model)
            admin.site.register(model, screen)
