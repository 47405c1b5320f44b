"""The feature system/continuity as an app."""

from django.apps import AppConfig


class SystemContinuityConfig(AppConfig):
    """Labelled by its address. It has no tables: plans, agreements and exercises are records of the engine."""

    name = "heretask.system.continuity"
    label = "system_continuity"
