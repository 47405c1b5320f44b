"""Stop the demo's and the tests' databases and remove their files."""

import shutil
from pathlib import Path

from heretask.config.cluster import Cluster, NoPostgres

for home in [Path(".heretask").resolve(), *Path(".heretask").resolve().glob("tests-*")]:
    if home.exists():
        try:
            base = Cluster(home)
        except NoPostgres:
            continue
        base.stop()
        shutil.rmtree(base.files, ignore_errors=True)
