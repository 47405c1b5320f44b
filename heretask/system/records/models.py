"""What records are kept in. Every table only grows: what was is never written over, and nothing can be deleted.

Which registers, fields, duties and documents there are is declared in code (`registers.py`, `rules.py`).
"""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Entry(CustomerRow):
    """Something that stands in a register: a person, a device, a risk. What is known of it are its values."""

    append_only = True

    register = models.CharField(max_length=40)
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())


class Value(CustomerRow):
    """One field of an entry, as it is from this moment on; the one before has the number before.

    Dates, choices and references stand in `plain`, where the declaration does not seal them too; words are sealed.
    """

    append_only = True

    entry = OwnKey(Entry, models.PROTECT, related_name="values")
    field = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    plain = models.CharField(max_length=80, default="")
    text = Sealed(of="customer")
    why = Sealed(of="customer")
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "entry", "field", "number"], name="value_once")]


class Document(CustomerRow):
    """Rules that people read, acknowledge or sign. `kind` says what sort, `key` which one."""

    append_only = True

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="document_once")]


class Version(CustomerRow):
    """A document as it was published; publishing another one changes nothing here. `digest` is SHA-256 of the text."""

    append_only = True

    document = OwnKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = Sealed(of="customer")
    digest = models.CharField(max_length=64)
    review_on = models.DateField()
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "document", "number"], name="version_once")]


class Signature(CustomerRow):
    """That somebody of a register has signed or acknowledged just that version, on paper or in the system."""

    append_only = True

    version = OwnKey(Version, models.PROTECT, related_name="signatures")
    entry = OwnKey(Entry, models.PROTECT, related_name="signatures")
    how = models.CharField(max_length=12)  # acknowledged, signed, closing
    on_paper = models.BooleanField()
    signed_on = models.DateField()
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())


class Duty(CustomerRow):
    """What must be done by a day, about an entry or about none; its rule is in code. Never changed: it is closed."""

    append_only = True

    rule = models.CharField(max_length=40)
    entry = OwnKey(Entry, models.PROTECT, null=True, related_name="duties")
    opens_on = models.DateField()  # a proof from before belongs to an earlier period
    due_on = models.DateField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(opens_on__lte=models.F("due_on")), name="duty_opens_before_due")
        ]
        indexes = [models.Index(fields=["customer", "rule", "due_on"], name="duty_due")]


class Closing(CustomerRow):
    """That a duty was done, when, and the proof. Done after its day it stays a miss for ever: both days stand here."""

    append_only = True

    duty = OwnKey(Duty, models.PROTECT, related_name="closings")
    done_on = models.DateField()
    note = Sealed(of="customer")
    signature = OwnKey(Signature, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=80, default="")  # what of the systems closed it, as "minutes:<uuid>"
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "duty"], name="duty_closed_once")]
