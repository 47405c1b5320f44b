"""The test databases: one cluster for all runs, a template named by the hash of what makes it, a clone per worker.

`HERETASK_PG_BIN` chooses another PostgreSQL (15 to 18); each version gets a cluster of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from heretask.config import cluster, installation

ROOT = Path(__file__).resolve().parent.parent
KIND = hashlib.sha256(str(cluster.find_binaries()).encode()).hexdigest()[:8]
HOME = Path(os.environ.get("HERETASK_TEST_HOME", ROOT / ".heretask" / f"tests-{KIND}"))
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def template_name() -> str:
    """Named by everything that goes into the schema, so that a stale template is never used."""
    digest = hashlib.sha256()
    for pattern in ("**/migrations/*.py", "kernel/sql/*.sql", "**/models.py", "kernel/db/*.py", "config/provision.py"):
        for path in sorted((ROOT / "heretask").glob(pattern)):
            digest.update(path.read_bytes())
    return f"template_{digest.hexdigest()[:16]}"


def clone_name() -> str:
    """This worker's database."""
    return f"test_{os.getppid() if WORKER != 'main' else os.getpid()}_{WORKER}"


def the_cluster() -> cluster.Cluster:
    """The cluster of all test runs in this checkout; it waits for no disk, for nothing in it is to outlive a crash.

    It takes more connections than an installation's: several workers of tests, each with a server of its own, share it.
    """
    return cluster.Cluster(HOME, settings="fsync = off\nfull_page_writes = off\nmax_connections = 300\n")


@contextmanager
def flushed() -> Iterator[None]:
    """The cluster waits for the disk, as one of an installation does: for whoever measures times."""
    with psycopg.connect(the_cluster().conninfo(), autocommit=True) as admin:
        try:
            for name in ("fsync", "full_page_writes"):
                admin.execute(sql.SQL("alter system set {} = on").format(sql.Identifier(name)))
            admin.execute("select pg_reload_conf()")
            yield
        finally:
            for name in ("fsync", "full_page_writes"):
                admin.execute(sql.SQL("alter system reset {}").format(sql.Identifier(name)))
            admin.execute("select pg_reload_conf()")


def point_at_clone() -> None:
    """Start the cluster, and let the settings name this worker's clone. Before Django is set up."""
    os.environ["HERETASK_HOME"] = str(HOME)
    with _locked():
        running = the_cluster()
        running.start()
        saved = installation.load()
        saved.host = str(running.socket)
        saved.save()
    os.environ["HERETASK_DATABASE"] = make_conninfo(host=str(running.socket), dbname=clone_name())


def make_clone() -> None:
    """Make the template where it is missing, and clone it."""
    with _locked():
        running = the_cluster()
        name = template_name()
        with psycopg.connect(running.conninfo(), autocommit=True) as admin:
            ready = admin.execute("select datistemplate from pg_database where datname = %s", [name]).fetchone()
            if ready is None or not ready[0]:
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
                _build_template(running, name)
                admin.execute(sql.SQL("alter database {} is_template true").format(sql.Identifier(name)))
            else:
                cluster.prepare(running.conninfo(), name, installation.load().passwords)
            _clone(admin)


def _clone(admin: psycopg.Connection[tuple[object, ...]]) -> None:
    admin.execute(
        sql.SQL("create database {} template {} strategy wal_log").format(
            sql.Identifier(clone_name()), sql.Identifier(template_name())
        )
    )
    cluster.prepare_database(the_cluster().conninfo(), clone_name())


def renew_clone() -> None:
    """This worker's database as it was in the beginning, without what the tests before have left."""
    drop_clone()
    with psycopg.connect(the_cluster().conninfo(), autocommit=True) as admin:
        _clone(admin)


def _build_template(running: cluster.Cluster, name: str) -> None:
    import subprocess

    cluster.prepare(running.conninfo(), name, installation.load().passwords)
    environment = {
        **os.environ, "HERETASK_DATABASE": make_conninfo(host=str(running.socket), dbname=name), "HERETASK_ROLE": "operator",
        "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    subprocess.run([sys.executable, "-m", "heretask.config.cli", "migrate"], cwd=ROOT, env=environment, check=True)


def drop_clone() -> None:
    """Leave nothing behind."""
    from django.db import connections

    connections.close_all()
    with psycopg.connect(the_cluster().conninfo(), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(clone_name())))


def superuser() -> psycopg.Connection[tuple[object, ...]]:
    """A superuser's connection to this worker's database: for breakers, which act from outside."""
    return psycopg.connect(the_cluster().conninfo(clone_name()), autocommit=True)


@contextmanager
def _locked() -> Iterator[None]:
    HOME.mkdir(parents=True, exist_ok=True)
    with (Path(tempfile.gettempdir()) / f"heretask-tests-{KIND}-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stop_if_unused() -> None:
    """Stop the cluster at the end of a run, unless another run is using it."""
    with _locked():
        running = the_cluster()
        if not running.running():
            return
        with psycopg.connect(running.conninfo(), autocommit=True) as admin:
            used = admin.execute("select count(*) from pg_database where datname like 'test\\_%'").fetchone()
        if used == (0,):
            running.stop()
