"""The feature platform/files as an app."""

from django.apps import AppConfig


class PlatformFilesConfig(AppConfig):
    """Labelled by its address, as every feature; its rows are the kernel's, since each system holds files."""

    name = "heretask.platform.files"
    label = "platform_files"
