"""What the log says of policies: who read and acknowledged which version, never what somebody answered."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event("system.policies.listed", _("%(actor)s read the list of policies."), Category.OPENED)
READ = event("system.policies.read", _("%(actor)s read the policy %(object)s."), Category.OPENED)
OPENED = event(
    "system.policies.opened", _("%(actor)s opened a policy to be acknowledged: %(object)s."), Category.OPENED
)
WRITTEN = event("system.policies.written", _("%(actor)s opened a policy to write a new version."), Category.OPENED)
PUBLISHED = event(
    "system.policies.published", _("%(actor)s published a version of the policy %(object)s."), Category.CHANGED
)
REVIEWED = event(
    "system.policies.reviewed", _("%(actor)s reviewed the policy %(object)s and left it as it is."), Category.CHANGED
)
ITEM = event(
    "system.policies.item", _("%(object)s acknowledged an item of its own of a policy: %(words)s."), Category.CHANGED
)
ACKNOWLEDGED = event(
    "system.policies.acknowledged", _("%(object)s acknowledged a policy: %(words)s."), Category.CHANGED
)
TEST_OPENED = event("system.policies.test_opened", _("%(actor)s opened the short test."), Category.OPENED)
TEST_TAKEN = event("system.policies.test_taken", _("%(actor)s took the short test: %(words)s."), Category.CHANGED)
YEAR_CLOSED = event(
    "system.policies.year_closed", _("%(actor)s closed the yearly review of the policies."), Category.CHANGED
)
