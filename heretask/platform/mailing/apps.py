"""The feature platform/mailing as an app."""

from django.apps import AppConfig


class PlatformMailingConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.mailing"
    label = "platform_mailing"
