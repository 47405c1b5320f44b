"""Templates without the indentation that people read them by: on a page it would be every tenth byte."""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders.filesystem import Loader as FileLoader

_INDENTED = re.compile(r"^[ \t]+", re.MULTILINE)


class Loader(FileLoader):
    """Reads a template as it will be sent. Lines stay where they are, so that an error names the right one."""

    def get_contents(self, origin: Origin) -> str:
        """The template's text, each line from its first letter on."""
        return _INDENTED.sub("", super().get_contents(origin))
