"""The feature system/assessment as an app."""

from django.apps import AppConfig


class SystemAssessmentConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.assessment"
    label = "system_assessment"

    def ready(self) -> None:
        """Lead strangers to the summary, where it is shown."""
        from heretask.ui import shell

        from .presenters import door

        shell.beside_the_door(door)
