"""The feature system/breaches as an app."""

from django.apps import AppConfig


class SystemBreachesConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.breaches"
    label = "system_breaches"
