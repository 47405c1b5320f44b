"""What the log says of watching."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

READ = event("system.monitoring.read", _("%(actor)s read what is watched, and the alarms."), Category.OPENED)
RAISED = event("system.monitoring.raised", _("Watching raised an alarm: %(words)s."), Category.SYSTEM)
OVER = event("system.monitoring.over", _("What an alarm was about is over: %(words)s."), Category.SYSTEM)
TAKEN = event("system.monitoring.taken", _("%(actor)s took on an alarm: %(words)s."), Category.CHANGED)
LIMITED = event("system.monitoring.limited", _("%(actor)s changed when watching alarms: %(words)s."), Category.CHANGED)
PLANTED = event("system.monitoring.planted", _("%(actor)s had faults planted, to try the watching."), Category.CHANGED)
TRIED = event("system.monitoring.tried", _("The exercise with planted faults is over: %(words)s."), Category.SYSTEM)
WATCHER = event(
    "system.monitoring.watcher", _("%(actor)s made a new key for the watcher outside the server."), Category.CHANGED
)
TRIAL_DENIED = event(
    "system.monitoring.trial.denied", _("A planted fault: an entry as if something had been refused."), Category.DENIED
)
TRIAL_FAILED = event(
    "system.monitoring.trial.failed", _("A planted fault: an entry as if a sign-in had failed."), Category.DENIED
)
