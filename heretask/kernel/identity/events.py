"""What the log says of signing in, sessions and users."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

SIGNED_IN = event("identity.signed_in", _("%(actor)s signed in."), Category.SESSION)
SIGN_IN_FAILED = event("identity.sign_in.failed", _("A sign-in as %(object)s failed."), Category.DENIED)
SIGN_IN_UNKNOWN = event(
    "identity.sign_in.unknown", _("Somebody tried to sign in with a name that does not exist."), Category.DENIED
)
STOPPED = event(
    "identity.sign_in.stopped", _("%(actor)s was not let in: the staff register does not allow it."), Category.DENIED
)
THROTTLED = event("identity.sign_in.throttled", _("Too many tries to sign in; told to wait."), Category.DENIED)
CODE_ASKED = event("identity.code.asked", _("%(actor)s gave the password and was asked for a code."), Category.SESSION)
CODE_FAILED = event("identity.code.failed", _("%(actor)s gave a code that does not fit."), Category.DENIED)
SIGNED_OUT = event("identity.signed_out", _("%(actor)s signed out."), Category.SESSION)
IDLED = event("identity.idled", _("%(actor)s was signed out after being idle."), Category.SESSION)
ENDED = event("identity.session.ended", _("A session of %(actor)s was ended."), Category.SESSION)
PASSWORD_CHANGED = event("identity.password.changed", _("%(actor)s changed their password."), Category.CHANGED)
FACTOR_ADDED = event("identity.factor.added", _("%(actor)s set up one-time codes."), Category.CHANGED)
RECOVERY_MADE = event("identity.recovery.made", _("%(actor)s had new recovery codes made."), Category.CHANGED)
LINK_USED = event("identity.link.used", _("%(actor)s used a one-time link to get in."), Category.SESSION)
