"""What the log says of keys."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

BEGUN = event("secrets.rotation_begun", _("%(actor)s began to replace keys: %(words)s."), Category.SYSTEM)
TURNED = event(
    "secrets.key_replaced",
    _("%(actor)s replaced the key that wraps this customer's keys: %(words)s."),
    Category.SYSTEM,
)
DONE = event("secrets.rotation_done", _("%(actor)s has replaced the keys: %(words)s."), Category.SYSTEM)
RETIRED = event("secrets.versions_destroyed", _("%(actor)s destroyed old outermost keys: %(words)s."), Category.SYSTEM)
ERASED_AGAIN = event(
    "secrets.erased_again",
    _("%(actor)s destroyed %(hits)s keys again after a restore, as the tombstones say."),
    Category.CHANGED,
)
