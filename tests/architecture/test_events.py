"""Every event has a sentence, is written somewhere, and has Danish."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.utils import translation

from heretask.kernel.log.registry import ACTIONS, Category

SOURCE = {path: path.read_text() for path in Path("heretask").rglob("*.py")}


def declared() -> dict[str, str]:
    """The constant under which each event was declared, by its name."""
    found = {}
    for path, text in SOURCE.items():
        for constant, name in re.findall(r"^([A-Z_]+) = event\(\s*\"([a-z_.]+)\"", text, re.MULTILINE):
            found[name] = f"{path.parent.name}:{constant}"
    return found


def test_every_event_is_declared_where_its_feature_says_so() -> None:
    assert set(declared()) == {name for name in ACTIONS if not name.startswith("tests.")}


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_event_has_a_sentence_in_both_languages(name: str) -> None:
    with translation.override("en"):
        english = str(ACTIONS[name].sentence)
    with translation.override("da"):
        danish = str(ACTIONS[name].sentence)
    assert english
    assert danish
    assert english != danish
    assert isinstance(ACTIONS[name].category, Category)


def test_every_event_is_written_by_something() -> None:
    """A declared event that nobody writes promises a trace that is not there."""
    uses = "".join(text for path, text in SOURCE.items() if path.name != "events.py")
    never = [name for name, place in declared().items() if place.partition(":")[2] not in uses]
    assert never == []


def test_every_action_writes_an_event() -> None:
    """Whatever `actions.py` offers to the outside and changes or opens something leads to `record`."""
    silent = {"begin_search", "discard", "own_export", "may_be_fetched"}
    missing = []
    for path in Path("heretask").rglob("actions.py"):
        tree = ast.parse(path.read_text())
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name, node in functions.items():
            if name.startswith("_") or name in silent:
                continue
            if not _leads_to_record(node, functions, set()) and _writes(node):
                missing.append(f"{path.parent.name}.{name}")
    assert missing == []


def _called(node: ast.AST) -> set[str]:
    names = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            target = part.func
            names.add(target.id if isinstance(target, ast.Name) else getattr(target, "attr", ""))
    return names


def _leads_to_record(node: ast.AST, functions: Mapping[str, ast.AST], seen: set[str]) -> bool:
    called = _called(node)
    if called & {"record", "record_at_gate", "_note", "end", "end_others", "confirm_pending", "new_recovery_codes"}:
        return True
    for name in called & functions.keys() - seen:
        seen.add(name)
        if _leads_to_record(functions[name], functions, seen):
            return True
    return False


def _writes(node: ast.AST) -> bool:
    return bool(_called(node) & {"save", "create", "update", "delete", "bulk_create", "open_text", "execute"})
