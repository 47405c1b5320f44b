"""The feature system/staff as an app."""

from django.apps import AppConfig


class SystemStaffConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.staff"
    label = "system_staff"
