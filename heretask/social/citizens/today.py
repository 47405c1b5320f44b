"""What a new customer does about citizens first."""

from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission
from heretask.platform.today.steps import step

from . import queries


@step(
    30,
    Permission.SOCIAL_CITIZENS_IMPORT,
    title=_("Bring in the citizens"),
    route="social.citizens_import",
    word=_("Import citizens"),
    why=_("From a spreadsheet with name, CPR number and unit. You see what will happen before it does."),
)
def there_is_a_citizen() -> bool:
    """Whether there is any."""
    return queries.any_citizen()
