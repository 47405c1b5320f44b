"""One way to write something down, so that its digest is the same wherever it is made."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(thing: Any) -> str:
    """JSON with sorted keys and no spaces."""
    return json.dumps(thing, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(text: str) -> str:
    """SHA-256 of a text, as the database and everybody else counts it too."""
    return hashlib.sha256(text.encode()).hexdigest()
