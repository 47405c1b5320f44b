"""The feature admin/customers as an app."""

from django.apps import AppConfig


class AdminCustomersConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.customers"
    label = "admin_customers"
