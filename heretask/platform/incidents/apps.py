"""The feature platform/incidents as an app."""

from django.apps import AppConfig


class PlatformIncidentsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.incidents"
    label = "platform_incidents"
