"""The feature admin/logs as an app."""

from django.apps import AppConfig


class AdminLogsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.logs"
    label = "admin_logs"

    def ready(self) -> None:
        """The newest checkpoint stands at the foot of every page of Admin."""
        from heretask.kernel.access.permissions import Permission
        from heretask.ui import shell

        from .presenters import foot

        shell.foot("admin", Permission.ADMIN_LOG_READ, foot)
