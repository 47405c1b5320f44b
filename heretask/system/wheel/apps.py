"""The feature system/wheel as an app."""

from django.apps import AppConfig


class SystemWheelConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.wheel"
    label = "system_wheel"
