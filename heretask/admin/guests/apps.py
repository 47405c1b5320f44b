"""The feature admin/guests as an app."""

from django.apps import AppConfig


class AdminGuestsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.guests"
    label = "admin_guests"
