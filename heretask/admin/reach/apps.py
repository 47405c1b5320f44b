"""The feature admin/reach as an app."""

from django.apps import AppConfig


class AdminReachConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.reach"
    label = "admin_reach"
