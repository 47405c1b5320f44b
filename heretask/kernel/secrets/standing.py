"""How keys stand, for the operator: providers, versions, generations, what is unfinished. No key is in it."""

from __future__ import annotations

from typing import Any

from heretask.kernel.tenancy.models import Customer

from . import providers, rings, rotating
from .inside import inside


def look() -> dict[str, Any]:
    """Everything `heretask keys status` says."""
    chosen = providers.chosen()
    unfinished = rotating.unfinished()
    fault = chosen.fault()
    return {
        "provider": chosen.name,
        "fault": fault,
        "newest": "" if fault else providers.told(providers.newest()),
        "versions": {} if fault else _versions(),
        "superfluous": [] if fault else [providers.told(version) for version in rotating.superfluous()],
        "unfinished": unfinished and {
            "what": unfinished.what, "asked_by": unfinished.asked_by.user_name,
            "approved_by": unfinished.approved_by.user_name, "began_at": unfinished.began_at.isoformat(),
        },
        "customers": [_customer(one) for one in Customer.objects.using("owner").order_by("slug")],
    }  # fmt: skip


def _versions() -> dict[str, str]:
    """Every version there is, and when it was made."""
    return {providers.told((p.code, v)): made for p in providers.reachable() for v, made in p.versions().items()}


def _customer(customer: Customer) -> dict[str, Any]:
    stored = bytes(customer.wrapped_key)
    parts = rings.parts_of(stored)
    with inside(customer.id, "keys status") as here:
        total, behind = here.rows(
            """select count(*), count(*) filter (where ht.key_generation(wrapped) < %s)
                 from kernel_datakey where customer_id = %s""",
            parts.generation, customer.id,
        )[0]  # fmt: skip
    return {
        "customer": customer.slug, "generation": parts.generation, "turning": bool(parts.before),
        "outermost": sorted(providers.told(version) for version in rings.versions_of(stored)),
        "opens": rings.opens(customer.id, stored), "citizens_keys": total, "to_wrap": behind,
    }  # fmt: skip


def sentences(found: dict[str, Any]) -> list[str]:
    """The same for a person at a terminal."""
    lines = [f"The outermost key is in {found['provider']}; {found['newest'] or 'none'} wraps from now on."]
    lines += [found["fault"]] if found["fault"] else []
    lines += [f"  {version}{f', made {made}' if made else ''}" for version, made in found["versions"].items()]
    if found["superfluous"]:
        lines.append(f"Wraps nothing any more: {', '.join(found['superfluous'])} (`heretask keys retire`).")
    if found["unfinished"]:
        one = found["unfinished"]
        lines.append(f"NOT FINISHED: {one['what']}, asked for by {one['asked_by']}, approved by {one['approved_by']}.")
    for one in found["customers"]:
        state = "" if one["opens"] else "  DOES NOT OPEN"
        state += f"  {one['to_wrap']} still to wrap" if one["turning"] else ""
        lines.append(
            f"{one['customer']}: generation {one['generation']}, {one['citizens_keys']} citizens' keys, "
            f"under {', '.join(one['outermost'])}{state}"
        )
    return lines
