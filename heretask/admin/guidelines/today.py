"""What a new customer decides about getting in."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission
from heretask.platform.today.steps import step

from . import queries


@step(
    40,
    Permission.ADMIN_GUIDELINES_CHANGE,
    title=_("Decide how people get in"),
    route="admin.guidelines",
    word=_("Choose guidelines"),
    why=_("Passwords, working hours, and from which networks. What applies now is safe; make it fit your days."),
)
def a_guideline_was_chosen() -> bool:
    """Whether anybody has chosen one."""
    return queries.chosen()
