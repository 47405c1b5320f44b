"""The feature system/servers as an app."""

from django.apps import AppConfig


class SystemServersConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.servers"
    label = "system_servers"
