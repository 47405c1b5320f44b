"""The feature system/assessment as an app."""

from django.apps import AppConfig


class SystemAssessmentConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.assessment"
    label = "system_assessment"
