"""The admin's app, which uses our site and replaces some screens of other apps."""

from importlib import import_module

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class Admin(AdminConfig):
    """Django's admin with our site."""

    default_site = "config.admin_site.Site"

    def ready(self) -> None:
        """Discovers the screens of all apps, then registers those of ``content`` that replace another app's."""
        super().ready()
        for model, screen in import_module("content.admin").REPLACEMENTS.items():
            admin.site.unregister(model)
            admin.site.register(model, screen)
