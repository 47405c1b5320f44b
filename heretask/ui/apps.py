"""Page furniture as an app, for its template tags."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, tags and static files that all pages share."""

    name = "heretask.ui"
    label = "ui"
