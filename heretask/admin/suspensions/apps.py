"""The feature admin/suspensions as an app."""

from django.apps import AppConfig


class AdminSuspensionsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.suspensions"
    label = "admin_suspensions"
