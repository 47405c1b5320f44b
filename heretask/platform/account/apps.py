"""The feature platform/account as an app."""

from django.apps import AppConfig


class PlatformAccountConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.platform.account"
    label = "platform_account"
