"""The feature admin/approvals as an app."""

from django.apps import AppConfig


class AdminApprovalsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.approvals"
    label = "admin_approvals"
