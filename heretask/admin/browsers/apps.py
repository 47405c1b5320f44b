"""The feature admin/browsers as an app."""

from django.apps import AppConfig


class AdminBrowsersConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.browsers"
    label = "admin_browsers"
