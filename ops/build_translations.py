"""Compile the translation catalogues while the package is being built, so that no compiled file is committed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> None:
    """Write a `.mo` file beside each `.po` file below `root`."""
    for source in sorted(root.glob("heretask/locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as readable, source.with_suffix(".mo").open("wb") as writable:
            write_mo(writable, read_po(readable, locale=source.parent.parent.name))


class TranslationsHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is there only while building
    """hatchling's way in; runs for wheels and for editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's signature)
        """Compile before the files are collected."""
        compile_catalogues(Path(self.root))
