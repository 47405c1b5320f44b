"""The feature platform/today as an app."""

from django.apps import AppConfig


class PlatformTodayConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.today"
    label = "platform_today"
