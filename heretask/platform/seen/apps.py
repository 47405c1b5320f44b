"""The feature platform/seen as an app."""

from django.apps import AppConfig


class PlatformSeenConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.seen"
    label = "platform_seen"
