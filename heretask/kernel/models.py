"""The kernel's tables, gathered for Django; each lives beside the code that answers for it."""

from heretask.kernel.access.models import Assignment, OwnRole
from heretask.kernel.evidence.models import Evidence, Proof
from heretask.kernel.identity.models import (
    Browser,
    BrowserPerson,
    Challenge,
    Credential,
    Factor,
    ReservedName,
    Session,
    SharedBrowser,
    Throttle,
    User,
    Vouching,
)
from heretask.kernel.jobs.models import Job
from heretask.kernel.log.models import Checkpoint, Event, Leaf, Node, StoredSearch
from heretask.kernel.retention.models import Retention, RetentionPart
from heretask.kernel.secrets.models import DataKey, Erasure, Rotation
from heretask.kernel.tenancy.models import Customer, Unit

__all__ = [
    "Assignment",
    "Browser",
    "BrowserPerson",
    "Challenge",
    "Checkpoint",
    "Credential",
    "Customer",
    "DataKey",
    "Erasure",
    "Event",
    "Evidence",
    "Factor",
    "Job",
    "Leaf",
    "Node",
    "OwnRole",
    "Proof",
    "ReservedName",
    "Retention",
    "RetentionPart",
    "Rotation",
    "Session",
    "SharedBrowser",
    "StoredSearch",
    "Throttle",
    "Unit",
    "User",
    "Vouching",
]
