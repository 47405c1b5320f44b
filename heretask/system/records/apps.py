"""The feature system/records as an app."""

from django.apps import AppConfig


class SystemRecordsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.records"
    label = "system_records"
