"""Whether somebody who signs out still has paper: a reminder, which never keeps anybody from leaving."""

from __future__ import annotations

import logging

from django.db import Error

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for
from heretask.kernel.tenancy.base import entered

from . import queries

logger = logging.getLogger("heretask.printing")


def has_paper(h1: str) -> bool:
    """Whether the person of that session has printed what is neither shredded nor handed over; nothing is opened."""
    try:
        with entered(h1) as here:
            by = actor_for(User.objects.get(id=here.person_id))
            return may(by, P.PLATFORM_PRINTING_USE) and queries.count_open(by.person_id)[0] > 0
    except Error:  # the session ended this moment, or the database is away: signing out must work
        logger.warning("nobody was reminded of paper at signing out")
        return False
