"""The feature platform/handing as an app."""

from django.apps import AppConfig


class PlatformHandingConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.handing"
    label = "platform_handing"
