"""The feature admin/contacts as an app."""

from django.apps import AppConfig


class AdminContactsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.contacts"
    label = "admin_contacts"
