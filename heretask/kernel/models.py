"""The kernel's tables, gathered for Django; each lives beside the code that answers for it."""

from heretask.kernel.access.models import Assignment, OwnRole
from heretask.kernel.evidence.models import Evidence, Proof
from heretask.kernel.identity.models import (
    Browser,
    BrowserPerson,
    Credential,
    Factor,
    ReservedName,
    Session,
    Throttle,
    User,
)
from heretask.kernel.jobs.models import Job
from heretask.kernel.log.models import Checkpoint, Event, Leaf, Node, StoredSearch
from heretask.kernel.retention.models import Retention, RetentionPart
from heretask.kernel.secrets.models import DataKey, Erasure, Rotation
from heretask.kernel.tenancy.models import Customer, GuidelineChange, Unit
from heretask.kernel.undo.models import Undoable

__all__ = [
    "Assignment",
    "Browser",
    "BrowserPerson",
    "Checkpoint",
    "Credential",
    "Customer",
    "DataKey",
    "Erasure",
    "Event",
    "Evidence",
    "Factor",
    "GuidelineChange",
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
    "StoredSearch",
    "Throttle",
    "Undoable",
    "Unit",
    "User",
]
