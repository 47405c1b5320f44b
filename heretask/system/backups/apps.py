"""The feature system/backups as an app."""

from django.apps import AppConfig


class SystemBackupsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.backups"
    label = "system_backups"
