"""The bill of materials of a release (CycloneDX JSON), from the locked requirements of its archive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:(?P<hash>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Part:
    """One component as a page shows it."""

    name: str
    version: str
    purl: str
    hashes: tuple[str, ...]


def made(version: str, commit: str, locked: str) -> bytes:
    """The bill as JSON: every pinned package with its version, address and the hashes that an installation accepts."""
    bom = Bom()
    ours = Component(name="heretask", version=version, type=ComponentType.APPLICATION, bom_ref=f"heretask@{commit}")
    bom.metadata.component = ours
    parts = [
        Component(
            name=part.name, version=part.version, type=ComponentType.LIBRARY, bom_ref=part.purl,
            purl=PackageURL("pypi", None, part.name, part.version),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in part.hashes],
        )
        for part in pinned(locked)
    ]  # fmt: skip
    for part in parts:
        bom.components.add(part)
    bom.register_dependency(ours, parts)
    return JsonV1Dot6(bom).output_as_string(indent=1).encode()


def pinned(locked: str) -> Iterator[Part]:
    """What a file of locked requirements pins."""
    for block in re.split(r"\n(?=\S)", locked):
        found = _PINNED.match(block)
        if found:
            name = re.sub(r"[-_.]+", "-", found["name"]).lower()
            purl = PackageURL("pypi", None, name, found["version"]).to_string()
            yield Part(name, found["version"], purl, tuple(one["hash"] for one in _HASH.finditer(block)))


def parts(bill: bytes) -> list[Part]:
    """What a bill lists, by name."""
    listed = json.loads(bill).get("components", [])
    read = [
        Part(
            one["name"], one.get("version", ""), one.get("purl", ""),
            tuple(h["content"] for h in one.get("hashes", [])),
        )
        for one in listed
    ]  # fmt: skip
    return sorted(read, key=lambda one: one.name)
