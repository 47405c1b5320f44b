"""A spreadsheet between its preview and its reading in."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class UsersFile(CustomerRow):
    """A customer's spreadsheet of users, sealed; removed when it was read in or given up, at the latest after a day."""

    user = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    name = Sealed(of="customer")
    content = Sealed(of="customer")
    make_units = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())
