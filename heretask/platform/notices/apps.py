"""The feature platform/notices as an app."""

from django.apps import AppConfig


class PlatformNoticesConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.notices"
    label = "platform_notices"
