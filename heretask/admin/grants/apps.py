"""The feature admin/grants as an app."""

from django.apps import AppConfig


class AdminGrantsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.grants"
    label = "admin_grants"
