"""migrate that notices tables without keys, policies and grants."""

from django.core.management.commands import migrate

from heretask.kernel.db.operations import Autodetector


class Command(migrate.Command):
    """Django's, with our autodetector."""

    autodetector = Autodetector
