"""What the log says of measuring, and of the synthetic person who proves the log."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

MEASURED = event("evidence.measured", _("%(hits)s promises were measured."), Category.SYSTEM)
PROOF_MADE = event("evidence.proof.made", _("The synthetic person was made."), Category.SYSTEM)
PROOF_OPENED = event(
    "evidence.proof.opened", _("%(actor)s opened a synthetic citizen to prove the log."), Category.OPENED, opens=True
)
PROOF_SEARCHED = event(
    "evidence.proof.searched", _("%(actor)s searched for a random word to prove the log."), Category.SEARCHED
)
