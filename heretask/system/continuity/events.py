"""What the log says of plans and exercises."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event("system.continuity.listed", _("%(actor)s read the list of contingency plans."), Category.OPENED)
READ = event("system.continuity.read", _("%(actor)s read the contingency plan %(object)s."), Category.OPENED)
WRITTEN = event("system.continuity.written", _("%(actor)s opened a plan to write a new version."), Category.OPENED)
EXERCISE_READ = event("system.continuity.exercise_read", _("%(actor)s read an exercise."), Category.OPENED)
PUBLISHED = event(
    "system.continuity.published", _("%(actor)s published a version of the plan %(object)s."), Category.CHANGED
)
AGREED = event("system.continuity.agreed", _("%(actor)s agreed to the plan %(object)s."), Category.CHANGED)
PARTY = event(
    "system.continuity.party", _("%(actor)s wrote down that somebody else agreed to the plan %(object)s."),
    Category.CHANGED,
)  # fmt: skip
PREPARED = event("system.continuity.prepared", _("%(actor)s prepared an exercise."), Category.CHANGED)
STEP = event("system.continuity.step", _("%(actor)s wrote down a step of an exercise: %(words)s."), Category.CHANGED)
ACTION = event("system.continuity.action", _("%(actor)s gave somebody an action after an exercise."), Category.CHANGED)
ACTION_DONE = event("system.continuity.action_done", _("%(actor)s closed an action of an exercise."), Category.CHANGED)
CONCLUDED = event("system.continuity.concluded", _("%(actor)s concluded an exercise."), Category.CHANGED)
YEAR_CLOSED = event(
    "system.continuity.year_closed", _("A yearly duty about contingency plans was closed: %(words)s."), Category.CHANGED
)
