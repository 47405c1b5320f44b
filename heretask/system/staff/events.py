"""What the log says of staff. It names the person of the register, never what a check found."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

LISTED = event("system.staff.listed", _("%(actor)s read the staff register: %(hits)s people."), Category.OPENED)
READ = event("system.staff.read", _("%(actor)s read the staff register about %(object)s."), Category.OPENED)
OWN_READ = event("system.staff.own_read", _("%(actor)s read their own duties."), Category.OPENED)
HIRED = event("system.staff.hired", _("%(actor)s put %(object)s on the staff register."), Category.CHANGED)
EMPLOYED = event("system.staff.employed", _("%(actor)s employed %(object)s after probation."), Category.CHANGED)
LEFT = event("system.staff.left", _("%(actor)s recorded that %(object)s has left."), Category.CHANGED)
REHIRED = event("system.staff.rehired", _("%(actor)s recorded that %(object)s came back."), Category.CHANGED)
LOGIN_TIED = event("system.staff.login", _("%(actor)s tied %(object)s to another login."), Category.CHANGED)
CHECKED = event("system.staff.checked", _("%(actor)s recorded a record check of %(object)s."), Category.CHANGED)
TRAINED = event("system.staff.trained", _("%(actor)s recorded a training of %(object)s."), Category.CHANGED)
CONSULTED = event("system.staff.consulted", _("%(actor)s recorded a consultation of %(object)s."), Category.CHANGED)
SIGNED = event("system.staff.signed", _("The confidentiality agreement of %(object)s was signed."), Category.CHANGED)
DECLARED = event("system.staff.declared", _("%(object)s gave the closing declaration."), Category.CHANGED)
HANDED_OUT = event("system.staff.handed_out", _("%(actor)s handed equipment out."), Category.CHANGED)
TAKEN_BACK = event("system.staff.taken_back", _("%(actor)s took equipment back."), Category.CHANGED)
STATED = event("system.staff.stated", _("%(object)s stated where their equipment is."), Category.CHANGED)
OVERRIDDEN = event(
    "system.staff.overridden", _("Both managers let %(object)s go on although something is overdue: %(words)s."),
    Category.CHANGED,
)  # fmt: skip
