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
SHUT_OUT = event(
    "identity.shut_out", _("%(actor)s was not let in: the guidelines allow other hours or networks."), Category.DENIED
)
SIGNED_OUT = event("identity.signed_out", _("%(actor)s signed out."), Category.SESSION)
IDLED = event("identity.idled", _("%(actor)s was signed out after being idle."), Category.SESSION)
ENDED = event("identity.session.ended", _("A session of %(actor)s was ended."), Category.SESSION)
PASSWORD_CHANGED = event("identity.password.changed", _("%(actor)s changed their password."), Category.CHANGED)
FACTOR_ADDED = event("identity.factor.added", _("%(actor)s set up one-time codes."), Category.CHANGED)
RECOVERY_MADE = event("identity.recovery.made", _("%(actor)s had new recovery codes made."), Category.CHANGED)
LINK_USED = event("identity.link.used", _("%(actor)s used a one-time link to get in."), Category.SESSION)
PASSKEY_ADDED = event("identity.passkey.added", _("%(actor)s made a passkey."), Category.CHANGED)
PASSKEY_RENAMED = event("identity.passkey.renamed", _("%(actor)s gave a passkey another name."), Category.CHANGED)
PASSKEY_REMOVED = event("identity.passkey.removed", _("%(actor)s removed a passkey."), Category.CHANGED)
PASSKEY_REFUSED = event("identity.passkey.refused", _("A passkey of %(object)s was refused."), Category.DENIED)
PASSKEY_UNKNOWN = event(
    "identity.passkey.unknown", _("Somebody tried to sign in with a passkey that is not known here."), Category.DENIED
)
FACTOR_REMOVED = event("identity.factor.removed", _("%(actor)s removed their one-time codes."), Category.CHANGED)
PROVED = event("identity.proved", _("%(actor)s proved again who they are."), Category.SESSION)
PROOF_FAILED = event("identity.proof.failed", _("%(actor)s could not prove again who they are."), Category.DENIED)
TILES_SHOWN = event(
    "identity.tiles.shown", _("A shared browser showed %(hits)s first names at the door."), Category.SESSION
)
VOUCH_ASKED = event("identity.vouch.asked", _("%(actor)s asked colleagues to vouch for them."), Category.SESSION)
VOUCHED = event("identity.vouch.given", _("%(actor)s vouched for %(object)s."), Category.CHANGED)
VOUCH_REFUSED = event("identity.vouch.refused", _("%(actor)s tried to vouch and was refused."), Category.DENIED)
VOUCH_USED = event(
    "identity.vouch.used", _("%(actor)s was let in because two colleagues vouched for them."), Category.SESSION
)
