"""A search is stored first, under an opaque id, and answered afterwards; no word of it stands in a URL."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current, current_customer

from .models import StoredSearch


def store_search(place: str, variables: dict[str, Any]) -> UUID:
    """Keep what the person of this session asks for at `place`; returns the id to be redirected to."""
    search = StoredSearch(user_id=current().person_id, place=place, customer_id=current_customer())
    seal(search, query=json.dumps(variables, ensure_ascii=False))
    search.save()
    return search.id


def stored_search(place: str, search_id: UUID, *, answering: bool = True) -> dict[str, Any]:
    """The variables of one's own search at `place`; raises StoredSearch.DoesNotExist for anybody else's.

    What is answered must stand in the log as a search (LOG-1); `answering=False` where it is read for something else.
    """
    search = StoredSearch.objects.get(id=search_id, place=place, user_id=current().person_id)
    if answering:
        StoredSearch.objects.filter(id=search_id).update(answered_at=Now())
    variables: dict[str, Any] = json.loads(open_text(search, "query"))
    return variables
