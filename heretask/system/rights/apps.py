"""The feature system/rights as an app."""

from django.apps import AppConfig


class SystemRightsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.rights"
    label = "system_rights"
