"""What the log says of a customer's users."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

USERS_LISTED = event("admin.users.listed", _("%(actor)s looked at the list of users."), Category.OPENED)
USERS_SEARCHED = event(
    "admin.users.searched", _("%(actor)s searched the users for %(words)s and saw %(hits)s."), Category.SEARCHED
)
USER_SEEN = event("admin.user.seen", _("%(actor)s looked at the user %(object)s."), Category.OPENED)
USER_CREATED = event("admin.user.created", _("%(actor)s created the user %(object)s."), Category.CHANGED)
USER_RENAMED = event(
    "admin.user.renamed", _("%(actor)s changed the user name of %(object)s: %(words)s."), Category.CHANGED
)
USER_NAMED = event("admin.user.named", _("%(actor)s changed the name of %(object)s."), Category.CHANGED)
USER_DEACTIVATED = event("admin.user.deactivated", _("%(actor)s deactivated %(object)s."), Category.CHANGED)
USER_REACTIVATED = event("admin.user.reactivated", _("%(actor)s reactivated %(object)s."), Category.CHANGED)
START_GIVEN = event("admin.user.start_given", _("%(actor)s gave %(object)s a new start password."), Category.CHANGED)
LINK_GIVEN = event("admin.user.link_given", _("%(actor)s made a one-time link for %(object)s."), Category.CHANGED)
FACTORS_REMOVED = event(
    "admin.user.factors_removed",
    _("%(actor)s removed %(object)s's passkeys and one-time codes, %(hits)s in all, since they were lost."),
    Category.CHANGED,
)
BULK_LOOKED = event(
    "admin.users.bulk_looked",
    _("%(actor)s looked at what a change of %(hits)s users at once would do."),
    Category.OPENED,
)
BULK_DONE = event("admin.users.bulk_done", _("%(actor)s changed %(hits)s users at once."), Category.CHANGED)
FILE_READ = event(
    "admin.users.file_read", _("%(actor)s had a file with %(hits)s users looked through."), Category.OPENED
)
FILE_DROPPED = event("admin.users.file_dropped", _("%(actor)s gave up reading in a file of users."), Category.CHANGED)
USERS_IMPORTED = event("admin.users.imported", _("%(actor)s read in %(hits)s users from a file."), Category.CHANGED)
