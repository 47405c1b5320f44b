"""The sheet of emergency contacts.

Each time it is changed or confirmed, the whole of it is kept anew; the newest counts.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow


class Sheet(CustomerRow):
    """Whom to call, as it stood from this moment on: names and telephones, sealed."""

    append_only = True

    contacts = Sealed(of="customer")
    count = models.PositiveSmallIntegerField()
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())
