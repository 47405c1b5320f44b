"""What the log says of backups and drills."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("system.backups.read", _("%(actor)s read which backups and drills there are."), Category.OPENED)
ASKED = event("system.backups.asked", _("%(actor)s had a backup taken."), Category.CHANGED)
DRILL_ASKED = event(
    "system.backups.drill.asked", _("%(actor)s had the newest backup restored on trial."), Category.CHANGED
)
TAKEN = event("system.backups.taken", _("A backup was taken and read back."), Category.SYSTEM)
FAILED = event("system.backups.failed", _("A backup failed; the last good one stays."), Category.SYSTEM)
DRILLED = event("system.backups.drilled", _("The newest backup was restored on trial and passed."), Category.SYSTEM)
NOT_PROVEN = event(
    "system.backups.not_proven", _("The newest backup was restored on trial and did not pass."), Category.SYSTEM
)
RESTORED = event("system.backups.restored", _("The installation was restored from a backup."), Category.SYSTEM)
REPORTED = event(
    "system.backups.reported", _("%(actor)s wrote down the hosting provider's report on its backups."), Category.CHANGED
)
SAMPLED = event(
    "system.backups.sampled", _("In a copy that was restored on trial, %(hits)s sealed texts were opened and counted."),
    Category.OPENED, opens=True,
)  # fmt: skip
