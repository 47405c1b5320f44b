"""`python -m tests.browsers`: the walk in every engine at both widths, and a file that says how far each came.

0 only where all came to the end. The file is for `heretask release make … --browsers FILE`: it is of exactly this code.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["HERETASK_ROLE"] = "tests"

from tests import database


def main() -> int:
    """Walk, write and say."""
    parser = argparse.ArgumentParser(prog="python -m tests.browsers")
    parser.add_argument("file", type=Path, help="where the result is written")
    asked = parser.parse_args()
    database.point_at_clone()
    import django

    django.setup()
    database.make_clone()
    try:
        from tests.browsers.evening import walked

        found = walked()
    finally:
        database.drop_clone()
    from heretask.kernel.release.browsers import ENGINES, written

    asked.file.parent.mkdir(parents=True, exist_ok=True)
    asked.file.write_text(written(found) + "\n")
    for one in found.walks:
        sys.stdout.write(f"{one.engine} {one.version} at {one.width}: {one.failed or 'passed'}\n")
    sys.stdout.write(f"{asked.file}\n")
    return 0 if found.passed == ENGINES else 1


if __name__ == "__main__":
    sys.exit(main())
