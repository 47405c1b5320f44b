"""The feature system/monitoring as an app."""

from django.apps import AppConfig


class SystemMonitoringConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.monitoring"
    label = "system_monitoring"
