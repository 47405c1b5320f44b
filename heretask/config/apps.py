"""The configuration as an app, for its management commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Brings our makemigrations and migrate, which cannot forget a table's keys and policies."""

    name = "heretask.config"
    label = "config"
