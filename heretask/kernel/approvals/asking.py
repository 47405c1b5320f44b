"""Asking for what takes two people, approving it, refusing it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.log.encoding import canonical_json
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current

from . import events
from .managing import Managing, Refused, managing
from .models import Approval

SHORTEST_REASON = 10
IDS = frozenset({"customer", "outgoing", "incoming", "entry"})  # what a request is about, and no words


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of request: its words, and the command where it is carried out at the server.

    A feature that has acts of its own declares them, each with what it says and the function that carries it out.
    """

    name: str
    label: str | Promise
    command: str = ""
    carry_out: Callable[[Approval], None] | None = None
    about: Callable[[Mapping[str, Any]], str] | None = None
    facts: Callable[[Mapping[str, Any]], list[tuple[str, str]]] | None = None


CLOSE, REOPEN, REPLACE = "customer.close", "customer.reopen", "management.replace"
ROTATE, OUTER, RETIRE = "keys.rotate", "keys.outer", "keys.retire"
ACTS = {
    act.name: act
    for act in (
        Act(CLOSE, gettext_lazy("Close a customer")),
        Act(REOPEN, gettext_lazy("Open a closed customer")),
        Act(REPLACE, gettext_lazy("Replace a manager")),
        Act(ROTATE, gettext_lazy("Replace customers' wrapping keys"), "heretask keys rotate"),
        Act(OUTER, gettext_lazy("Replace the outermost key"), "heretask keys rotate --outer"),
        Act("management.code", gettext_lazy("Make a new recovery code"), "heretask init --recovery-code"),
        Act(RETIRE, gettext_lazy("Destroy old outermost keys"), "heretask keys retire --backups-are-gone"),
    )
}


def declare(act: Act) -> None:
    """Let something be asked for, or say what carries it out. The database knows acts by name (`ht.ask_approval`)."""
    ACTS[act.name] = act


def at_the_server() -> list[str]:
    """The acts that are carried out by a command."""
    return [name for name, act in ACTS.items() if act.command]


def check_reason(why: str) -> str:
    """The reason as it is kept; raises Refused for one that says nothing."""
    plain = " ".join(why.split())
    if len(plain) < SHORTEST_REASON:
        raise Refused(_("Write a reason that the other manager, and somebody in a year, understands."))
    return plain


def ask(act: str, parameters: Mapping[str, str], why: str) -> Approval:
    """Ask for exactly this; raises Refused. Nothing of it can be changed afterwards."""
    with managing() as here:
        return ask_inside(here, act, parameters, why)


def ask_inside(here: Managing, act: str, parameters: Mapping[str, str], why: str) -> Approval:
    """As `ask`, inside a transaction that does more beside it."""
    made = Approval(act=act, customer_id=current().customer_id)
    seal(made, words=check_reason(why))
    made.request = request_of(act, parameters, bytes(made.words))
    made.digest = hashlib.sha256(made.request.encode()).digest()
    here.call("ask_approval", made.id, act, made.request, made.words)
    here.record(events.ASKED, on=("approval", made.id), variables=said(act, parameters) | {"why": why})
    return made


def approve(approval: Approval, seen: str) -> None:
    """Approve exactly what was shown: `seen` is the SHA-256 (hex) that stood on the page. Raises Refused."""
    with managing() as here:
        here.call("approve", approval.id, _bytes(seen))
        here.record(events.APPROVED, on=("approval", approval.id), variables=said_of(approval))


def refuse(approval: Approval) -> None:
    """Refuse what the other asked for, or withdraw what one asked for oneself. Raises Refused."""
    with managing() as here:
        here.call("refuse_approval", approval.id)
        here.record(events.REFUSED, on=("approval", approval.id), variables=said_of(approval))


def request_of(act: str, parameters: Mapping[str, str], words: bytes) -> str:
    """The request as it is stored and hashed: canonical, with the hash of the sealed words in it."""
    return canonical_json({"act": act, **parameters, "words": hashlib.sha256(words).hexdigest()}).decode()


def parameters_of(approval: Approval) -> dict[str, str]:
    """What was asked for, without what only binds it together."""
    told: dict[str, str] = json.loads(approval.request)
    return {key: value for key, value in told.items() if key not in {"act", "words"}}


def said(act: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """A request as the log has it: what, and the words for it; ids are left to the request itself."""
    return {"act": act} | {key: value for key, value in parameters.items() if key not in IDS}


def said_of(approval: Approval) -> dict[str, Any]:
    """As above, of one that stands already, with its hash."""
    return said(approval.act, parameters_of(approval)) | {"sha256": bytes(approval.digest).hex()}


def told(said: Mapping[str, Any]) -> str:
    """What a request is about, in a few words: 'Close a customer: Solsikken'."""
    act = str(said["act"])
    label = str(ACTS[act].label) if act in ACTS else act
    return f"{label}: {about(act, said)}"


def about(act: str, said: Mapping[str, Any]) -> str:
    """Whom it is about."""
    if act in ACTS and (told := ACTS[act].about) is not None:
        return told(said)
    if act == REPLACE:
        return f"{said['outgoing_name']} → {said['incoming_name']}"
    return str(said.get("name") or said.get("slug") or _("all customers"))


def _bytes(seen: str) -> bytes:
    try:
        return bytes.fromhex(seen)
    except ValueError:
        raise Refused(_("This is not what the page showed. Load it and look once more.")) from None
