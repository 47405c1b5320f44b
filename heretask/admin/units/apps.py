"""The feature admin/units as an app."""

from django.apps import AppConfig


class AdminUnitsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.units"
    label = "admin_units"
