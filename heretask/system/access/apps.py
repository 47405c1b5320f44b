"""The feature system/access as an app."""

from django.apps import AppConfig


class SystemAccessConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.access"
    label = "system_access"
