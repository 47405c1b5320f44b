"""The feature admin/retention as an app."""

from django.apps import AppConfig


class AdminRetentionConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.retention"
    label = "admin_retention"
