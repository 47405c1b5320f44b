"""The feature admin/users as an app."""

from django.apps import AppConfig


class AdminUsersConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.users"
    label = "admin_users"
