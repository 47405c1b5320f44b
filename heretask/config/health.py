"""Whether this process lives and could serve; no personal data, no figures, no versions."""

from __future__ import annotations

from django.conf import settings
from django.db import Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy

from heretask.kernel.db.catalogue import faults
from heretask.kernel.log.tree import sealer_lag
from heretask.kernel.outbox import sms, smtp
from heretask.kernel.secrets import providers, rings
from heretask.kernel.secrets.keys import CannotOpen
from heretask.kernel.tenancy.models import Customer, CustomerKind
from heretask.ui.marks import open_page

LONGEST_WAIT = 60  # seconds that an event may wait for its place in the tree


@open_page(gettext_lazy("says only that the process lives"))
def alive(_request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"alive": True})


@open_page(gettext_lazy("says only which part is missing"))
def ready(_request: HttpRequest) -> JsonResponse:
    """200 where database, migrations, partitions, catalogue and keys are as they must be, else 503 with what is not."""
    found = examine()
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def examine() -> dict[str, bool]:
    """Each part by name, and whether it is as it must be."""
    checks = {
        "database": _database,
        "migrations": _migrations,
        "partitions": _partitions,
        "sealer": _sealer,
        "catalogue": _catalogue,
        "keys": _keys,
    }
    found = {}
    for name, check in checks.items():
        try:
            found[name] = check()
        except (Error, OSError, ValueError, CannotOpen):
            found[name] = False
    return found


def outside() -> dict[str, bool]:
    """The mail server and the provider of SMS, each if one is set: reached, encrypted, and we are let in."""
    found = {}
    for name, url, sign_in in (("mail", settings.HERETASK_SMTP, _mail), ("sms", settings.HERETASK_SMS, _sms)):
        if url:
            try:
                sign_in()
            except (smtp.NoServer, smtp.Later):
                found[name] = False
            else:
                found[name] = True
    return found


def _mail() -> None:
    to = smtp.server()
    if to is not None:
        with smtp.connected(to):
            pass


def _sms() -> None:
    to = sms.gateway()
    if to is not None:
        sms.sign_in(to)


def _database() -> bool:
    with connections["gate"].cursor() as cursor:
        cursor.execute("select 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    executor = MigrationExecutor(connections["default"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _partitions() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select to_regclass('public.kernel_event_' || to_char(now() + interval '1 month', 'YYYYMM')) is not null"
        )
        return bool(cursor.fetchone()[0])


def _sealer() -> bool:
    return sealer_lag() < LONGEST_WAIT


def _catalogue() -> bool:
    return not faults()


def _keys() -> bool:
    """The outermost key can be read as it lies there now, and opens the supplier's ring."""
    if providers.chosen().fault():
        return False
    supplier = Customer.objects.using("gate").filter(kind=CustomerKind.SUPPLIER).first()
    return supplier is None or rings.opens(supplier.id, bytes(supplier.wrapped_key))
