"""Users (the customer's rows) and what only the gate may read: credentials, factors, sessions, browsers, throttles."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.secrets.fields import Sealed
from heretask.kernel.tenancy.base import CustomerRow, OwnKey, uuid7


class User(CustomerRow):
    """A login of one customer. The name of the person is sealed; the user name is what one signs in with."""

    user_name = models.CharField(max_length=40)
    name = Sealed(of="customer")
    active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="da")
    theme = models.CharField(max_length=6, default="", blank=True)
    made_at = models.DateTimeField(db_default=Now())
    deactivated_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)  # by the supplier; while it is set, nobody else opens the login

    class Meta:
        ordering = ["user_name"]
        constraints = [models.UniqueConstraint(fields=["customer", "user_name"], name="user_name_once")]

    def __str__(self) -> str:
        return self.user_name


class ReservedName(CustomerRow):
    """Every user name ever given at a customer: never given again (DATA-2, LOGIN-3)."""

    append_only = True

    user_name = models.CharField(max_length=40)
    user = models.UUIDField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user_name"], name="reserved_name_once")]


class GateRow(models.Model):
    """A row that only the gate reads: it stands outside row-level security, and the web's role has no grant on it."""

    gate_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class Session(GateRow):
    """A session or a job's ticket.

    token_hash is SHA-256 of SHA-256 of the cookie: neither a dump nor a log of statements yields one.
    """

    token_hash = models.BinaryField(null=True, unique=True)
    kind = models.CharField(max_length=10)
    customer_id = models.UUIDField(db_index=True)
    user_id = models.UUIDField(null=True, db_index=True)
    browser_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=20, default="")
    made_at = models.DateTimeField(db_default=Now())
    last_act = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    idle_limit = models.IntegerField(default=300)
    longest_gap = models.FloatField(default=0)
    proved_at = models.DateTimeField(null=True)
    second_factor_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, default="")
    address = models.CharField(max_length=64, default="")
    agent = models.CharField(max_length=200, default="")
    queue_id = models.BigIntegerField(null=True, unique=True)
    grant_id = models.UUIDField(null=True, db_index=True)  # of kind 'grant': it lives while that grant runs

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(idle_limit__lte=300), name="session_idle_floor")]


class Credential(GateRow):
    """A user's password as argon2id hash, under which rule it was accepted, and whether it is a start password."""

    customer_id = models.UUIDField()
    user_id = models.UUIDField(unique=True)
    password = models.CharField(max_length=200, default="")
    rule = models.PositiveSmallIntegerField(default=0)
    length = models.PositiveSmallIntegerField(db_default=8)  # so many characters were asked for when it was chosen
    set_at = models.DateTimeField(db_default=Now())
    start_until = models.DateTimeField(null=True)
    link_hash = models.BinaryField(null=True, unique=True)
    link_until = models.DateTimeField(null=True)
    first_used_at = models.DateTimeField(null=True)
    handle = models.BinaryField(null=True, unique=True)  # random: what a passkey knows its owner by, never the id


class Factor(GateRow):
    """A second factor: the sealed secret of one-time codes, a recovery code's hash, or a passkey.

    Of a passkey the database has its public half, how often it has been used, and its label, sealed like the secret.
    """

    customer_id = models.UUIDField()
    user_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=10)
    secret = models.BinaryField()
    last_step = models.BigIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)
    label = models.BinaryField(default=b"")
    credential_id = models.BinaryField(null=True, unique=True)
    credential = models.BinaryField(null=True)
    sign_count = models.BigIntegerField(default=0)


class Challenge(GateRow):
    """What a passkey is asked to sign: known by its hash, for one purpose and one browser, once, for minutes."""

    hash = models.BinaryField(unique=True)
    purpose = models.CharField(max_length=10)
    bound = models.BinaryField()
    until = models.DateTimeField(db_index=True)


class Browser(GateRow):
    """A browser that somebody has signed in from; mark is SHA-256 of its cookie."""

    mark = models.BinaryField(unique=True)
    made_at = models.DateTimeField(db_default=Now())


class BrowserPerson(GateRow):
    """That a user has used a browser, when last, and when a second factor was last given there."""

    browser_id = models.UUIDField()
    user_id = models.UUIDField()
    second_factor_at = models.DateTimeField(null=True)
    signed_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["browser_id", "user_id"], name="browser_person_once")]


class Throttle(models.Model):
    """Tries counted per scope and key; the counting itself is `ht.reserve`, exact under parallel tries."""

    gate_only = True

    pk = models.CompositePrimaryKey("scope", "key")
    scope = models.TextField()
    key = models.BinaryField()
    started = models.DateTimeField()
    tries = models.IntegerField()


class SharedBrowser(CustomerRow):
    """That the people of a unit share a browser: only there the door shows tiles with their first names (DATA-2)."""

    browser = models.UUIDField()
    unit = OwnKey("kernel.Unit", models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    marked_by = models.UUIDField()
    made_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["browser"], name="shared_browser_which")]


class Vouching(CustomerRow):
    """Two colleagues stand in for a lost second factor: asked for at the door, given by each in a session of their own.

    The web may only read it; it is written by the gate, and by `ht.vouch`, which knows who vouches from the session.
    """

    user = OwnKey("kernel.User", models.PROTECT, related_name="+")
    browser = models.UUIDField()
    code_hash = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    first_by = models.UUIDField(null=True)
    first_at = models.DateTimeField(null=True)
    second_by = models.UUIDField(null=True)
    second_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    lasts_until = models.DateTimeField(null=True)
