"""The feature admin/samples as an app."""

from django.apps import AppConfig


class AdminSamplesConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.samples"
    label = "admin_samples"
