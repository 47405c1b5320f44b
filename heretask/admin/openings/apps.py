"""The feature admin/openings as an app."""

from django.apps import AppConfig


class AdminOpeningsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.openings"
    label = "admin_openings"
