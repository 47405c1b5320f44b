"""A machine to be checked: its files in a folder, its programs short scripts that answer what real ones have answered."""

from __future__ import annotations

import json
from pathlib import Path

from heretask.kernel.host.checking import Machine

PASSWD = (
    "root:x:0:0:root:/root:/bin/bash\n"
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "postgres:x:106:113:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n"
    "grethe:x:1000:1000:,,,:/home/grethe:/bin/bash\n"
)
SHADOW = "root:*:20000::::::\ndaemon:*:20000::::::\npostgres:!:20000::::::\ngrethe:*:20000::::::\n"
SSHD = (
    "permitrootlogin no\npubkeyauthentication yes\npasswordauthentication no\n"
    "kbdinteractiveauthentication no\npermitemptypasswords no\nhostbasedauthentication no\n"
)
DISKS = {
    "blockdevices": [
        {"name": "sda", "type": "disk", "mountpoints": [None], "children": [
            {"name": "sda1", "type": "part", "mountpoints": ["/boot"]},
            {"name": "sda2", "type": "part", "mountpoints": [None], "children": [
                {"name": "root", "type": "crypt", "mountpoints": ["/"]},
                {"name": "swap", "type": "crypt", "mountpoints": ["[SWAP]"]},
            ]},
        ]},
    ]
}  # fmt: skip
CHAIN = {"family": "inet", "table": "filter", "name": "input", "hook": "input", "policy": "drop"}
ANSWERS = {
    "sshd": SSHD, "ufw": "Status: inactive\n", "nft": json.dumps({"nftables": [{"chain": CHAIN}]}),
    "apt-get": "Reading package lists...\nInst nano [7.2-1] (7.2-2 Debian:12.9/stable [amd64])\n",
    "lsblk": json.dumps(DISKS), "timedatectl": "yes\n",
    "ss": "LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\nLISTEN 0 511 [::]:443 [::]:*\nLISTEN 0 244 127.0.0.1:5432 0.0.0.0:*\n",
}  # fmt: skip


def machine(folder: Path, passwd: str = PASSWD, **answers: str | None) -> Machine:
    """One on which every rule holds, but for what is given; a program of None is not installed."""
    for name, text in (("etc/passwd", passwd), ("etc/shadow", SHADOW), ("var/lib/apt/lists/Packages", "")):
        path = folder / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    for name, said in {**ANSWERS, **{key.replace("_", "-"): value for key, value in answers.items()}}.items():
        path = programs / name
        path.unlink(missing_ok=True)
        if said is not None:
            (programs / f"{name}.says").write_text(said)
            path.write_text(f"#!/bin/sh\n/bin/cat '{programs / name}.says'\n")
            path.chmod(0o755)
    return Machine(root=folder / "root", path=f"{programs}")
