"""The feature platform/calendar as an app."""

from django.apps import AppConfig


class PlatformCalendarConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.calendar"
    label = "platform_calendar"
