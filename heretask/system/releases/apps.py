"""The feature system/releases as an app."""

from django.apps import AppConfig


class SystemReleasesConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.releases"
    label = "system_releases"
