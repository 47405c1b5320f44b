"""A full disk while sealing: nothing half, a sentence for the operator, and work goes on when there is room again."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg import sql

from heretask.config.sealer import sentence_of
from heretask.kernel.log.sealing import Sealer
from tests import database
from tests.cast import Cast
from tests.kernel.test_sealing import leading
from tests.sealing import checkpoints_of, keys, leaves_of, seal, write

SPACE = "tiny"


@pytest.fixture
def room() -> Iterator[Callable[[int], None]]:
    """The leaves lie on a small file system of their own; the callable gives it another size in kilobytes."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("a small file system can only be mounted as root")
    folder = Path(tempfile.mkdtemp(prefix="heretask-room-"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False).returncode:
        pytest.skip("this machine does not let a file system be mounted")
    account = database.the_cluster().account
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    with database.superuser() as admin:
        admin.execute("set statement_timeout = 0")
        admin.execute(sql.SQL("create tablespace {} location {}").format(sql.Identifier(SPACE), str(folder)))
        admin.execute(f"alter table kernel_leaf set tablespace {SPACE}")
        try:
            yield lambda size: _resize(folder, f"{size}k")
        finally:
            _resize(folder, "64m")
            admin.execute("alter table kernel_leaf set tablespace pg_default")
            admin.execute(f"drop tablespace {SPACE}")
            subprocess.run(["umount", folder], check=True)
            folder.rmdir()


def _resize(folder: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)


def test_a_full_disk_stops_the_sealer_and_loses_nothing(cast: Cast, room: Callable[[int], None]) -> None:
    seal()
    with database.superuser() as admin:
        used = admin.execute("select pg_table_size('kernel_leaf') / 1024").fetchone()
    assert used is not None
    write(cast.solsikken.id, 6_000)
    before = leaves_of(cast.solsikken.id), checkpoints_of(cast.solsikken.id)
    room(int(str(used[0])) + 200)
    with leading(Sealer(keys(), sign_every=0)) as sealer:
        with pytest.raises(Exception, match="No space left on device") as full:
            sealer.step()
        assert sentence_of(full.value) == (
            "there is no room left on the database's disk: nothing was sealed, nothing is lost; "
            "sealing goes on when there is room"
        )
        assert (leaves_of(cast.solsikken.id), checkpoints_of(cast.solsikken.id)) == before
        room(65_536)
        while sealer.step():  # the same sealer, once there is room
            pass
    assert checkpoints_of(cast.solsikken.id)[-1][0] == len(leaves_of(cast.solsikken.id)) == len(before[0]) + 6_000
