"""The kernel's tables, gathered for Django; each lives beside the code that answers for it."""

from heretask.kernel.access.models import Assignment, Guest, OwnRole
from heretask.kernel.approvals.models import Approval
from heretask.kernel.evidence.models import Evidence, Proof
from heretask.kernel.files.models import HandedOver, KeptFile
from heretask.kernel.grants.models import Grant, PreApproval
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
from heretask.kernel.outbox.models import MailAddress, OutgoingMail, PhoneNumber
from heretask.kernel.retention.models import Retention, RetentionPart
from heretask.kernel.secrets.models import DataKey, Erasure, Rotation
from heretask.kernel.supplier.models import Suspension
from heretask.kernel.tenancy.models import Customer, GuidelineChange, Unit
from heretask.kernel.undo.models import Undoable

__all__ = [
    "Approval",
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
    "Grant",
    "Guest",
    "GuidelineChange",
    "HandedOver",
    "Job",
    "KeptFile",
    "Leaf",
    "MailAddress",
    "Node",
    "OutgoingMail",
    "OwnRole",
    "PhoneNumber",
    "PreApproval",
    "Proof",
    "ReservedName",
    "Retention",
    "RetentionPart",
    "Rotation",
    "Session",
    "SharedBrowser",
    "StoredSearch",
    "Suspension",
    "Throttle",
    "Undoable",
    "Unit",
    "User",
    "Vouching",
]
