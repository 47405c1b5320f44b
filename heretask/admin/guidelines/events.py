"""What the log says of trying guidelines; that they were changed is told by the kernel, which enforces them."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.registry import Category, event

TRIED = event(
    "admin.guidelines.tried",
    _("%(actor)s looked at whom a change of the guidelines would meet: %(hits)s people."),
    Category.OPENED,
)
