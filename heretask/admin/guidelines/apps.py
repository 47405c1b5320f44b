"""The feature admin/guidelines as an app."""

from django.apps import AppConfig


class AdminGuidelinesConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.guidelines"
    label = "admin_guidelines"
