"""What somebody wants taken out of the log, and the right to fetch it once."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Extract(CustomerRow):
    """Which events somebody wants as a file, and what for; sealed, since the filters hold search words."""

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    asked = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())


class FetchRight(CustomerRow):
    """One fetching of one extract, by one person, within minutes; its event is committed before the first byte."""

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    job = OwnKey("kernel.Job", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
