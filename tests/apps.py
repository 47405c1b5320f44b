"""The tests as an app: declares their jobs before the queue learns which there are."""

from importlib import import_module

from django.apps import AppConfig


class TestsConfig(AppConfig):
    """No tables; only jobs."""

    name = "tests"
    label = "tests"

    def ready(self) -> None:
        """Declare the jobs."""
        import_module("tests.tasks")
