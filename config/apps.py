from django.contrib.admin.apps import AdminConfig


class Admin(AdminConfig):
    """Django's own admin, on our site."""

    default_site = "config.admin_site.Site"
