"""What the log says of files: kept, opened, handed over and given up, never a word of their names."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

KEPT = event("kernel.files.kept", _("%(actor)s put %(hits)s files into the record."), Category.CHANGED)
WAITING = event(
    "kernel.files.waiting",
    _("%(actor)s chose %(hits)s files for something not yet sent."),
    Category.CHANGED,
    opens=True,
)
SEEN = event("kernel.file.seen", _("%(actor)s opened the page of a file."), Category.OPENED, opens=True)
OPENED = event("kernel.file.opened", _("%(actor)s opened a picture in full."), Category.OPENED, opens=True)
ASKED = event("kernel.file.asked", _("%(actor)s looked at handing over a file."), Category.OPENED, opens=True)
HANDED = event("kernel.file.handed_over", _("%(actor)s handed over a file: %(words)s."), Category.HANDED, opens=True)
