"""The feature system/audits as an app."""

from django.apps import AppConfig


class SystemAuditsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.audits"
    label = "system_audits"
