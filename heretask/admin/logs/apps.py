"""The feature admin/logs as an app."""

from django.apps import AppConfig


class AdminLogsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.logs"
    label = "admin_logs"
