"""makemigrations that adds keys, policies and grants by itself."""

from django.core.management.commands import makemigrations

from heretask.kernel.db.operations import Autodetector


class Command(makemigrations.Command):
    """Django's, with our autodetector."""

    autodetector = Autodetector
