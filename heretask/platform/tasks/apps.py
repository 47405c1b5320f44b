"""The feature platform/tasks as an app."""

from django.apps import AppConfig


class PlatformTasksConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.tasks"
    label = "platform_tasks"
