"""Starting the demo: the embedded database, its data the first time, then web, worker and clock."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
import time
from types import FrameType

from heretask.config import cluster, installation
from heretask.config.server import Processes
from heretask.demo import mailbox, texting


def run(*, port: int) -> int:
    """Start everything, print the people, and stay until Ctrl-C. Exit status 0 after an ordinary end."""
    signal.signal(signal.SIGTERM, _interrupt)
    chosen = installation.load()
    if chosen.secrets_exist and not chosen.demo:
        return _sorry(
            f"{chosen.home} holds an installation that is not a demo; choose another folder with HERETASK_HOME."
        )
    if _taken(port):
        return _sorry(f"Port {port} is taken. Choose another: HERETASK_PORT=9443 make demo")
    chosen.demo, chosen.https_port = True, port
    base = cluster.Cluster(chosen.path) if chosen.embedded else None
    try:
        if base is not None:
            base.start()
            chosen.host = str(base.socket)
        chosen.save()
        if base is not None:
            cluster.prepare(base.conninfo(), chosen.database, chosen.passwords)
        return _run(chosen, port)
    except cluster.NoPostgres as missing:
        return _sorry(str(missing))
    except KeyboardInterrupt:
        return 0
    finally:
        if base is not None:
            base.stop()


def _run(chosen: installation.Installation, port: int) -> int:
    from heretask.config import operating

    started = time.monotonic()
    _say("Preparing the database …")
    status = operating.migrate(argparse.Namespace())
    if status:
        return status
    from heretask.demo import making

    if not making.is_made():
        making.make(_say)
        _say(f"Invented data made in {time.monotonic() - started:.0f} s.")
    making.declare_target()
    from django.db import connections

    connections.close_all()
    mail = mailbox.Mailbox(chosen.path / "mail")
    if "HERETASK_SMTP" not in os.environ:
        os.environ["HERETASK_SMTP"] = mail.start()
    telephones = texting.Telephones(chosen.path / "sms")
    if "HERETASK_SMS" not in os.environ:
        os.environ["HERETASK_SMS"], os.environ["HERETASK_SMS_CA"] = telephones.start()
    processes = Processes(chosen, port=port)
    try:
        if not processes.start():
            return _sorry("The web server did not start; see the lines above.")
        _show(port)
        _say(f"Every mail that leaves is kept in {mail.folder}, every SMS in {telephones.folder}, for you to read.\n")
        return processes.wait()
    finally:
        processes.stop()
        mail.stop()
        telephones.stop()


def people(*, as_json: bool) -> int:
    """Print the cast with what they sign in with. Impossible outside a demo."""
    chosen = installation.load()
    file = chosen.path / "secrets" / "demo-people.json"
    if not chosen.demo or not file.exists():
        return _sorry("This is not a demo; start one with: make demo")
    cast = json.loads(file.read_text())
    if as_json:
        keys = ("user_name", "password", "totp_secret", "customer", "role")
        print(json.dumps([{key: person[key] for key in keys} for person in cast], indent=1))  # noqa: T201
        return 0
    for person in cast:
        print(f"  {person['user_name']:<20} {person['password']:<16} {person['role']}, {person['place']}")  # noqa: T201
    return 0


def _show(port: int) -> None:
    print(f"\nHereTask is ready: https://localhost:{port}\n", flush=True)  # noqa: T201
    people(as_json=False)
    print("\nThe sign-in page shows the one-time codes. Stop with Ctrl-C.\n", flush=True)  # noqa: T201


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201


def _sorry(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("HERETASK_BIND", "127.0.0.1"), port))
        except OSError:
            return True
    return False
