"""Customers (the supplier is one of its own kind) and their units."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from heretask.kernel.secrets.fields import Sealed

from .base import CustomerRow, OwnKey, uuid7


class CustomerKind(models.TextChoices):
    """What a customer is to us."""

    PROVIDER = "provider", _("Care provider")
    SUPPLIER = "supplier", _("Supplier")
    SYNTHETIC = "synthetic", _("Proof of the system's own behaviour")


class Customer(models.Model):
    """A data controller, or the supplier itself; also its guidelines (LOGIN-5), never below the floor."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=CustomerKind)
    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    wrapped_key = models.BinaryField()
    active = models.BooleanField(default=True)
    idle_seconds = models.PositiveIntegerField(default=300)
    password_length = models.PositiveIntegerField(default=8)
    second_factor = models.BooleanField(default=True)
    work_from = models.TimeField(null=True)  # hours in which people may be signed in, in Copenhagen; none where null
    work_until = models.TimeField(null=True)
    work_days = models.CharField(max_length=7, default="1234567")  # from 1 Monday to 7 Sunday, on which the hours begin
    networks = ArrayField(
        models.CharField(max_length=43), default=list
    )  # from where people may sign in; all where empty
    log_months = models.PositiveSmallIntegerField(default=13)  # how long the content of the log is kept
    message_months = models.PositiveSmallIntegerField(default=24)  # how long messages are kept
    sms = models.BooleanField(
        default=False, db_default=False
    )  # whether anything may go by SMS: numbers leave the house by it
    letter_names = models.BooleanField(default=False)  # whether a citizen's letter about the log names staff
    gates_from = models.DateTimeField(db_default=Now())  # since when the staff gates are asked; of the supplier alone
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(idle_seconds__gte=60, idle_seconds__lte=300), name="customer_idle_floor"
            ),
            models.CheckConstraint(condition=models.Q(password_length__gte=8), name="customer_password_floor"),
            models.CheckConstraint(
                condition=models.Q(work_from__isnull=True, work_until__isnull=True)
                | models.Q(work_from__isnull=False, work_until__isnull=False)
                & ~models.Q(work_from=models.F("work_until")),
                name="customer_hours_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(log_months__gte=6, log_months__lte=120), name="customer_log_floor"
            ),
            models.CheckConstraint(
                condition=models.Q(message_months__gte=1, message_months__lte=120), name="customer_message_months"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class UnitKind(models.TextChoices):
    """What kind of place a unit is; decides words, never rights."""

    NURSING_HOME = "plejehjem", _("Nursing home")
    RESIDENTIAL = "bosted", _("Residential home")
    PSYCHIATRIC = "botilbud_psyk", _("Social psychiatry")
    HOME_CARE = "hjemmepleje", _("Home care")
    OFFICE = "kontor", _("Office")


class Unit(CustomerRow):
    """A house or team of a customer."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=UnitKind, default=UnitKind.RESIDENTIAL)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["customer", "name"], name="unit_name_once")]

    def __str__(self) -> str:
        return self.name


class GuidelineChange(CustomerRow):
    """One change of one guideline: from what to what, by whom; below a default also who accepted it, and why."""

    append_only = True

    setting = models.CharField(max_length=24)
    before = models.CharField(max_length=1000)
    after = models.CharField(max_length=1000)
    deviation = models.BooleanField(default=False)
    user = OwnKey("kernel.User", models.PROTECT, null=True, related_name="+")
    accepted_by = Sealed(of="customer")
    reason = Sealed(of="customer")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "setting", "made_at"], name="guidelinechange_when")]
