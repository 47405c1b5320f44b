"""The feature platform/search as an app."""

from django.apps import AppConfig


class PlatformSearchConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.search"
    label = "platform_search"
