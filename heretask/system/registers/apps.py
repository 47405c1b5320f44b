"""The feature system/registers as an app."""

from django.apps import AppConfig


class SystemRegistersConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.registers"
    label = "system_registers"
