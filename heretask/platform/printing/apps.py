"""The feature platform/printing as an app."""

from django.apps import AppConfig


class PlatformPrintingConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.printing"
    label = "platform_printing"
