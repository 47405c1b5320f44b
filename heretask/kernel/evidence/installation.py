"""Measured over the whole installation: the database's roles and rules, and our own address seen from outside."""

from __future__ import annotations

import ssl
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext_lazy as _

from heretask.kernel.db import catalogue

from . import handshake
from .measuring import INSTALLATION, Result, State, evidence

# who may sign in to the database; the cluster's first superuser (oid 10) is Management's, kept outside the systems
LOGINS = frozenset(
    {
        "heretask_owner",
        "heretask_app",
        "heretask_gate",
        "heretask_worker",
        "heretask_clock",
        "heretask_sealer",
        "heretask_backup",
    }
)
FIRST_SUPERUSER = 10
MOST_MANAGERS = 2
RENEW = 14  # days before a certificate's end


@evidence(
    "ORG-1",
    scope=INSTALLATION,
    counts=_("database roles nobody knows or that are too strong, missing rules, and requests not approved by two"),
    how=_(
        "The database itself is asked which roles can sign in, which may read past the customers' walls, and "
        "whether every table still has its keys, policies and grants. Any role that is not ours, and any rule "
        "that is missing, is a fault. The holders of the role Management are counted: two people at most. "
        "Every request that takes two people is looked at: one that was approved by whoever asked for it, that "
        "was carried out without its approval or outside its time, or that is not what was asked for any more."
    ),
)
def org_1() -> Result:
    """Unknown or too strong roles, faults of the catalogue, holders of Management."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select rolname, rolcanlogin and rolname <> all(%s),
                      rolsuper or (rolbypassrls and rolname <> all(%s)) or rolcreaterole or rolreplication
                 from pg_roles where oid <> %s and rolname !~ '^pg_'""",
            [list(LOGINS), list(catalogue.BYPASS), FIRST_SUPERUSER],
        )
        roles = cursor.fetchall()
    bad = [name for name, unknown, strong in roles if unknown or strong]
    missing = catalogue.faults()
    managers, asked, used, own, unapproved, changed = _approvals()
    faults = len(bad) + len(missing) + max(0, managers - MOST_MANAGERS) + own + unapproved + changed
    sample = {
        "roles": len(roles), "unknown_roles": bad[:5], "rules_missing": len(missing), "managers": managers,
        "requests": asked, "carried_out": used, "approved_by_asker": own, "without_approval": unapproved,
        "changed_afterwards": changed,
    }  # fmt: skip
    if missing:
        sample["first_missing"] = "; ".join(f"{where}: {what}" for what, where in missing[:3])
    return Result(State.BROKEN if faults else State.HOLDS, f"{faults} / {len(roles)}", sample)


def _approvals() -> tuple[int, ...]:
    """Holders of Management; requests, those carried out, and those that are not as they must be."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select managers, asked, used, own_approval, unapproved, changed from ht.approval_facts()")
        return tuple(cursor.fetchone())


@evidence(
    "DATA-1",
    scope=INSTALLATION,
    counts=_("what a browser of today agrees on with our own address"),
    how=_(
        "We connect to our own address as a browser does and read which encryption is agreed and how long the "
        "certificate lasts. Then five weaker offers are made, from TLS 1.0 to suites of 128 bits: each must "
        "be refused. The way to the database must be a socket on the same machine or encrypted. Where nobody "
        "answers, it cannot be measured."
    ),
)
def data_1() -> Result:
    """A handshake with our own address, the weak offers it refuses, and the way to the database."""
    address = str(settings.HERETASK_ADDRESS)
    open_hops = [alias for alias in settings.DATABASES if not _hop_is_closed(alias)]
    try:
        agreed = handshake.look(address)
        weak = handshake.accepted(address)
    except ssl.SSLCertVerificationError:
        return Result(State.BROKEN, "TLS -", {"reason": "certificate"})
    except OSError as failure:
        state = State.BROKEN if open_hops else State.UNKNOWN
        return Result(state, "-", {"reason": type(failure).__name__, "hops_open": open_hops})
    sample: dict[str, Any] = {
        "suite": agreed.suite,
        "bits": agreed.bits,
        "days_left": agreed.days_left,
        "weak_offers": len(handshake.WEAK),
        "weak_accepted": weak,
        "hsts": agreed.hsts,
        "hops_open": open_hops,
    }
    if not agreed.strong or weak or open_hops or not agreed.hsts or agreed.days_left < 0:
        state = State.BROKEN
    else:
        state = State.DUE if agreed.days_left < RENEW else State.HOLDS
    return Result(state, f"{agreed.version.replace('v', ' ')} · {agreed.bits} bit", sample)


def _hop_is_closed(alias: str) -> bool:
    """Whether a connection to the database is a socket of this machine, or encrypted."""
    connection = connections[alias]
    connection.ensure_connection()
    wire = connection.connection.pgconn
    return wire.host.startswith(b"/") or bool(wire.ssl_in_use)
