"""The feature platform/messages as an app."""

from django.apps import AppConfig


class PlatformMessagesConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.messages"
    label = "platform_messages"
