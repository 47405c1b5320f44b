"""What the customer keeps as a witness: the newest checkpoint, as a line for footers and as a text to be noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heretask.kernel.tenancy.base import current

from . import tree, verify
from .covering import base_for
from .merkle import NotInTree, check_consistency
from .models import Checkpoint

_TIME = "%Y-%m-%dT%H:%M:%SZ"


def newest_line() -> str:
    """Size, first 16 hex digits of the root, and time; '' where nothing is signed yet. One query."""
    newest = tree.newest_checkpoint()
    return f"{newest.size} {bytes(newest.root).hex()[:16]} {newest.at.strftime(_TIME)}" if newest else ""


def newest_note() -> str:
    """The newest checkpoint as a signed note, with the keys that verify it below; '' where nothing is signed yet."""
    newest = tree.newest_checkpoint()
    return "\n".join([newest.note, *newest.keys, ""]) if newest else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a noted checkpoint stands to the log of today.

    `state` is one of grown, same, shrunk, rewritten, foreign (another log), forged (its signature does not hold),
    unknown (signed with a key that is not ours), damaged (today's own tree does not lead to its checkpoint) and
    unsigned (nothing is signed here yet).
    """

    state: str
    noted: int
    size: int
    at: str = ""

    @property
    def holds(self) -> bool:
        """Whether today's log is the noted one."""
        return self.state in {"grown", "same"}


def compare(noted: verify.Note) -> Answer:
    """Whether the log of this session's customer, as it stands in the database, is the noted one, grown."""
    newest = tree.newest_checkpoint()
    if newest is None:
        return Answer("unsigned", noted.size, 0)
    at = newest.at.strftime(_TIME)
    state = _stranger(noted, newest.note) or _grown(noted, newest.size, bytes(newest.root))
    return Answer(state, noted.size, newest.size, at)


def _stranger(noted: verify.Note, newest: str) -> str:
    if noted.origin and noted.origin != verify.notes_from(newest)[0].origin:
        return "foreign"
    if not noted.signatures:
        return ""
    try:
        held = verify.signers(noted, _keys(noted.size))
    except verify.Stop:
        return "forged"
    return "" if held else "unknown"


def _keys(size: int) -> Sequence[verify.Key]:
    """The keys that sign now, those they followed, and those that signed at that size."""
    then = Checkpoint.objects.filter(customer_id=current().customer_id, size=size).values_list("keys", flat=True)
    lines = [*base_for().keys, *(key for keys in then for key in keys)]
    return [key for key in map(verify.key_from, dict.fromkeys(lines)) if key]


def _grown(noted: verify.Note, size: int, root: bytes) -> str:
    if noted.size > size:
        return "shrunk"
    try:
        grown = tree.tree_of(size)
        if grown.root() != root:
            return "damaged"
        if len(noted.root) < 32:  # a short note holds the beginning of the root only
            return _state(tree.tree_of(noted.size).root().startswith(noted.root), noted.size == size)
        if noted.size:
            check_consistency(noted.size, size, noted.root, root, grown.consistency(noted.size))
    except NotInTree:
        return "rewritten"
    return _state(True, noted.size == size)


def _state(holds: bool, same: bool) -> str:
    return "rewritten" if not holds else "same" if same else "grown"
