"""After a disaster: the folder is gone, the key and the target are there; afterwards people sign in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from heretask.config.cluster import Cluster
from heretask.kernel.secrets.files import SealedFileWriter
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.tenancy.base import uuid7
from tests.backups import declared, take
from tests.cast import PASSWORD, SECRET, Cast
from tests.filled import fill, write

COMMAND = [sys.executable, "-m", "heretask.config.cli", "backup", "restore"]
AFTERWARDS = """
import json, sys
from heretask.config import operating
operating.django("tests")
from heretask.kernel.identity import codes, signing_in
from heretask.kernel.identity.whence import From
from heretask.kernel.identity.sessions import NOWHERE, touch, h1_of
from heretask.kernel.log.trace import tracing
from heretask.kernel.identity.people import person_of_session
from heretask.kernel.secrets.files import SealedFileReader
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.tenancy.base import entered
from heretask.social.journal.models import Note
from uuid import UUID
told = json.loads(sys.argv[1])
whence = From("127.0.0.1", "t")
asked = signing_in.by_password(told["name"], told["password"], at=NOWHERE, whence=whence)
let_in = signing_in.by_code(codes.code_now(told["secret"].encode()), at=touch(asked.token, acted=True), whence=whence)
from heretask.kernel.tenancy.models import Customer
customer = Customer.objects.using("owner").get(id=told["customer"])
key = unwrap_customer_key(customer.id, customer.wrapped_key)
with entered(h1_of(let_in.token)), tracing(key):
    seen = {"name": person_of_session().name, "notes": Note.objects.count()}
seen["file"] = b"".join(SealedFileReader(key, customer.id, UUID(told["file"]))).decode()
print(json.dumps(seen))
"""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder in which there is nothing; only the outermost key is elsewhere, and still there."""
    home = tmp_path / "home"
    environment = {k: v for k, v in os.environ.items() if k not in {"HERETASK_DATABASE", "HERETASK_ROLE"}}
    environment |= {
        "HERETASK_HOME": str(home), "HERETASK_KEY_FILE": str(settings.HERETASK_KEY_FILE),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    yield home, environment
    if home.exists():
        Cluster(home).destroy()


def test_all_is_gone_restored_and_people_sign_in(
    cast: Cast, tmp_path: Path, empty: tuple[Path, dict[str, str]]
) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    with cast.anna.inside() as by:
        write(by, citizen, "Gik tur.")
    file, key = uuid7(), unwrap_customer_key(cast.solsikken.id, cast.solsikken.wrapped_key)
    with SealedFileWriter(key, cast.solsikken.id, file) as out:
        out.write(b"et udtraek")
    target = tmp_path / "target"
    target.mkdir()
    with declared(target):
        assert take()["outcome"] == "good"
    home, environment = empty
    for given in (["--from", str(target)], ["--from", str(target / "nothing")]):
        lost = {**environment, "HERETASK_KEY_FILE": str(tmp_path / "nokey")}
        said = subprocess.run([*COMMAND, *given], env=lost, capture_output=True, text=True, check=False)
        assert said.returncode == 1
        assert "outermost key is missing" in said.stderr
        assert not (tmp_path / "nokey").exists()
    done = subprocess.run(
        [*COMMAND, "--from", str(target)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT WELL" not in done.stdout
    assert done.stdout.count("well ") == 6
    base = Cluster(home)
    base.start()
    told = {
        "name": cast.anna.user_name, "password": PASSWORD, "secret": SECRET.decode(),
        "customer": str(cast.solsikken.id), "file": str(file),
    }  # fmt: skip
    seen = subprocess.run(
        [sys.executable, "-c", AFTERWARDS, json.dumps(told)],
        env=environment | {"HERETASK_ROLE": "tests"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert seen.returncode == 0, seen.stderr
    assert json.loads(seen.stdout) == {"name": "Anna Skov", "notes": 2, "file": "et udtraek"}
    again = subprocess.run(
        [*COMMAND, "--from", str(target)], env=environment, capture_output=True, text=True, check=False
    )
    assert again.returncode == 1
    assert "is not empty" in again.stderr
