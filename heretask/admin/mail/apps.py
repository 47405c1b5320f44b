"""The feature admin/mail as an app."""

from django.apps import AppConfig


class AdminMailConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.mail"
    label = "admin_mail"
