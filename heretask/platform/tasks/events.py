"""What the log says of tasks. %(object)s is 'the task for 26 November, 08:00' (naming)."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event(
    "platform.tasks.listed", _("%(actor)s looked at their own tasks: %(hits)s."), Category.OPENED, opens=True
)
UNIT_LISTED = event(
    "platform.tasks.unit_listed",
    _("%(actor)s looked at the tasks of %(words)s: %(hits)s."),
    Category.OPENED,
    opens=True,
)
CITIZEN_LISTED = event(
    "platform.tasks.citizen_listed", _("%(actor)s looked at the tasks of %(citizen)s: %(hits)s."), Category.OPENED,
    opens=True,
)  # fmt: skip
SEEN = event("platform.task.seen", _("%(actor)s opened %(object)s."), Category.OPENED, opens=True)
MADE = event("platform.task.made", _("%(actor)s made %(object)s."), Category.CHANGED)
CHANGED = event("platform.task.changed", _("%(actor)s changed %(object)s."), Category.CHANGED)
DONE = event("platform.task.done", _("%(actor)s ticked off %(object)s."), Category.CHANGED)
REOPENED = event("platform.task.reopened", _("%(actor)s opened %(object)s again: it is not done."), Category.CHANGED)
LINE_DONE = event("platform.task.line_done", _("%(actor)s ticked off line %(words)s of %(object)s."), Category.CHANGED)
LINE_REOPENED = event(
    "platform.task.line_reopened", _("%(actor)s took back the tick of line %(words)s of %(object)s."),
    Category.CHANGED,
)  # fmt: skip
COMMENTED = event("platform.task.commented", _("%(actor)s wrote a comment on %(object)s."), Category.CHANGED)
HANDED_OVER = event("platform.task.handed_over", _("%(actor)s handed over %(object)s: %(words)s."), Category.CHANGED)
DROPPED = event("platform.task.dropped", _("%(actor)s said that %(object)s is not needed."), Category.CHANGED)
SERIES_MADE = event("platform.series.made", _("%(actor)s made a recurring task, until %(words)s."), Category.CHANGED)
SERIES_ENDED = event(
    "platform.series.ended", _("%(actor)s ended a recurring task; %(hits)s that lay ahead were taken away."),
    Category.CHANGED,
)  # fmt: skip
SERIES_CHANGED = event(
    "platform.series.changed", _("%(actor)s changed %(object)s and those after it; %(hits)s were made anew."),
    Category.CHANGED,
)  # fmt: skip
SERIES_BACK = event(
    "platform.series.back", _("%(actor)s let %(object)s and those after it come again as they did before."),
    Category.CHANGED,
)  # fmt: skip
REPEATED = event(
    "platform.series.repeated", _("%(actor)s made the next tasks of those that recur: %(hits)s."), Category.SYSTEM
)
