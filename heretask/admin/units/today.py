"""What a new customer does about units first."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission
from heretask.platform.today.steps import step

from . import queries


@step(
    10,
    Permission.ADMIN_UNITS_CHANGE,
    title=_("Make your units"),
    route="admin.units",
    word=_("Make units"),
    why=_("Houses, floors or teams. Who works in a unit sees the citizens who live there, and no others."),
)
def there_is_a_unit() -> bool:
    """Whether there is any."""
    return queries.any_unit()
