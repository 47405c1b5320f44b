"""What watching keeps; rows of the supplier. All of it only grows."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey


class Round(CustomerRow):
    """One look at every signal: its figure, or null where it could not be read."""

    append_only = True

    figures = models.JSONField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "-made_at"], name="round_newest")]


class Limit(CustomerRow):
    """From when on a signal alarms beyond this figure, and why; the newest counts, without one the signal's own."""

    append_only = True

    signal = models.CharField(max_length=20)
    figure = models.FloatField()
    why = Sealed(of="customer")
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())


class Exercise(CustomerRow):
    """Faults were planted, to see whether watching finds them."""

    append_only = True

    done_by = models.UUIDField(null=True)
    begun_at = models.DateTimeField(db_default=Now())


class Planted(CustomerRow):
    """One planted fault: entries, jobs, or a limit under which today's figure is too much."""

    append_only = True

    exercise = OwnKey(Exercise, models.PROTECT, related_name="planted")
    signal = models.CharField(max_length=20)
    how = models.CharField(max_length=10)  # entries, jobs, limit
    limit = models.FloatField(null=True)
    planted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "exercise", "signal"], name="planted_once")]


class ExerciseEnd(CustomerRow):
    """How many of the planted faults an alarm was raised for, counted by a round; after that nothing is added."""

    append_only = True

    exercise = OwnKey(Exercise, models.PROTECT, related_name="ends")
    found = models.PositiveSmallIntegerField()
    planted = models.PositiveSmallIntegerField()
    ended_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "exercise"], name="exercise_ends_once")]


class Alarm(CustomerRow):
    """A signal went beyond its limit, or could not be read any more (`figure` null)."""

    append_only = True

    signal = models.CharField(max_length=20)
    figure = models.FloatField(null=True)
    limit = models.FloatField()
    raised_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "-raised_at"], name="alarm_newest")]


class AlarmStep(CustomerRow):
    """What became of an alarm: somebody took it on, with words; or the figure was within its limit again."""

    append_only = True

    alarm = OwnKey(Alarm, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=6)  # taken, over
    words = Sealed(of="customer")
    done_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "alarm", "kind"], name="alarm_step_once")]


class Watcher(CustomerRow):
    """The switch outside the server: SHA-256 of what it shows to be let in. The newest counts."""

    append_only = True

    token = models.BinaryField()
    done_by = models.UUIDField(null=True)
    made_at = models.DateTimeField(db_default=Now())


class Look(CustomerRow):
    """That the switch has looked; kept once an hour."""

    append_only = True

    watcher = OwnKey(Watcher, models.PROTECT, related_name="looks")
    looked_at = models.DateTimeField(db_default=Now())
