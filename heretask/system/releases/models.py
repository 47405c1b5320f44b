"""What was released, and by whom; rows of the supplier, never changed."""

from django.db import models
from django.db.models.functions import Now

from heretask.kernel.tenancy.base import CustomerRow, OwnKey, uuid7


class Release(CustomerRow):
    """One commit as it may run: its archive and bill lie sealed beside the other files, under two ids."""

    append_only = True

    version = models.CharField(max_length=40)
    commit = models.CharField(max_length=40)
    code = models.CharField(max_length=64)  # the fingerprint of the files that run (kernel/release/running.py)
    archive_sha256 = models.CharField(max_length=64)
    archive_size = models.IntegerField()
    bill_file = models.UUIDField(default=uuid7)
    bill_sha256 = models.CharField(max_length=64)
    bill_size = models.IntegerField()
    components = models.IntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "commit"], name="release_commit_once"),
            models.UniqueConstraint(fields=["customer", "version"], name="release_version_once"),
        ]
        indexes = [models.Index(fields=["customer", "-made_at"], name="release_newest")]


class Approval(CustomerRow):
    """That somebody of Management released it: from then on it may run."""

    append_only = True

    release = OwnKey(Release, models.PROTECT, related_name="approvals")
    approved_by = OwnKey("kernel.User", models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "release"], name="release_approved_once")]


class BrowserTest(CustomerRow):
    """What a walk through a release in real browsers found (kernel/release/browsers.py); the newest of it counts."""

    append_only = True

    release = OwnKey(Release, models.PROTECT, related_name="browser_tests")
    code = models.CharField(max_length=64)  # the fingerprint of the files that were walked through
    walked_at = models.DateTimeField()
    result = models.JSONField()
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["customer", "code", "-walked_at"], name="browser_test_newest")]
