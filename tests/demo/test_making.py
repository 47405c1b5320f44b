"""The demo is made by the real actions, in a small size: whoever changes one of them learns here that it is broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from heretask.config import provision
from heretask.demo import making
from heretask.demo.cast import HOUSES, House
from heretask.kernel.identity.sessions import operator
from heretask.platform.incidents.models import Incident
from heretask.platform.messages.models import Message
from heretask.platform.printing.models import Paper
from heretask.platform.tasks.models import Task
from heretask.social.citizens.models import Citizen
from heretask.social.handover.models import Mark, Takeover

pytestmark = pytest.mark.usefixtures("fresh_database")


def small(house: House) -> House:
    """The same house with a handful of people."""
    return House(house.name, house.kind, house.carers, 5)


def test_everything_of_the_demo_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "NOTES", 40)
    monkeypatch.setattr(making, "MONTHS", 1)
    monkeypatch.setattr(making, "HOUSES", {slug: tuple(map(small, houses)) for slug, houses in HOUSES.items()})
    people = tmp_path / "people.json"
    monkeypatch.setattr(settings, "HERETASK_DEMO_PEOPLE", people)
    said: list[str] = []
    making.make(said.append)
    cast = json.loads(people.read_text())
    assert {one["user_name"] for one in cast} >= {"anna@solsikken", "eva@solsikken", "grethe@heretask"}
    with operator(provision.customer_called("solsikken"), "test"):
        assert Citizen.objects.count() == 5 * len(HOUSES["solsikken"])
        assert Message.objects.exists()
        assert Task.objects.exists()
        assert Mark.objects.count() == 4
        assert Takeover.objects.count() == 1
        assert set(Paper.objects.values_list("outcome", flat=True)) == {"", "handed"}
        assert [one.state for one in Incident.objects.all()] == ["looking"]
    assert len(said) > len(HOUSES)
