"""The kernel as one Django app, so that its tables have one history of migrations."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps

PARTS = (
    "events", "naming", "reaching", "erasing", "jobs", "evidence", "guests", "declaring", "changing", "today",
    "two_people", "printing", "finding", "scheduling", "agenda", "populations",
)  # fmt: skip


class KernelConfig(AppConfig):
    """Loads every feature's events and evidence once all apps are there."""

    name = "heretask.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Import what registers itself of each app of ours: `events`, `naming`, `reaching`, `jobs` and so on."""
        for config in apps.get_app_configs():
            if not config.name.startswith("heretask."):
                continue
            for part in PARTS:
                if config.name != self.name and find_spec(f"{config.name}.{part}") is not None:
                    import_module(f"{config.name}.{part}")
        for module in (
            "identity.events",
            "access.events",
            "approvals.events",
            "supplier.events",
            "grants.events",
            "grants.naming",
            "grants.asking",
            "grants.database",
            "access.occupying",
            "log.events",
            "secrets.events",
            "evidence.measures",
            "retention.events",
            "undo.events",
            "undo.undoing",
            "tenancy.events",
            "retention.running",
            "outbox.events",
            "outbox.sending",
            "outbox.evidence",
            "files.events",
            "files.keeping",
        ):
            import_module(f"heretask.kernel.{module}")
