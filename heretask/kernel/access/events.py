"""What the log says of access."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

DENIED = event("access.denied", _("%(actor)s was refused: %(object)s."), Category.DENIED)
ROLE_GIVEN = event("access.role.given", _("%(actor)s gave %(object)s the role %(words)s."), Category.CHANGED)
ROLE_MADE = event("access.own_role.made", _("%(actor)s made the role %(object)s: %(words)s."), Category.CHANGED)
ROLE_CHANGED = event(
    "access.own_role.changed", _("%(actor)s changed the role %(object)s: %(words)s."), Category.CHANGED
)
ROLE_RETIRED = event("access.own_role.retired", _("%(actor)s took the role %(object)s out of use."), Category.CHANGED)
ROLE_ENDED = event("access.role.ended", _("%(actor)s took the role %(words)s from %(object)s."), Category.CHANGED)
