"""The feature platform/drafts as an app."""

from django.apps import AppConfig


class PlatformDraftsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.drafts"
    label = "platform_drafts"
