"""The feature admin/roles as an app."""

from django.apps import AppConfig


class AdminRolesConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.roles"
    label = "admin_roles"
