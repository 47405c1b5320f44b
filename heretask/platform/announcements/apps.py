"""The feature platform/announcements as an app."""

from django.apps import AppConfig


class PlatformAnnouncementsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.announcements"
    label = "platform_announcements"
