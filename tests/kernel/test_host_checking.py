"""The check of a server: real answers of sshd, and recorded ones of programs that a test machine cannot have."""

from __future__ import annotations

import json
import os
from pathlib import Path
from uuid import UUID

import pytest

from heretask.kernel.host.checking import Answer, Machine, check
from tests.machines import CHAIN, DISKS, PASSWD, SSHD, machine
from tests.sshd import configuration, sshd

GRETHE, HENRIK = UUID(int=1), UUID(int=2)
REGISTER = {"grethe": GRETHE}


def answers(made: Machine, register: dict[str, UUID] | None = None) -> dict[str, str]:
    return {one.name: str(one.answer) for one in check(made, REGISTER if register is None else register).found}


def test_a_good_machine_holds(tmp_path: Path) -> None:
    found = check(machine(tmp_path), REGISTER)
    assert {one.name: (one.answer, one.found) for one in found.found if one.answer != Answer.HOLDS} == {}
    assert found.hold
    assert (found.accounts, found.strangers) == (1, 0)


WRONG = [
    ("keys only", {"sshd": SSHD.replace("passwordauthentication no", "passwordauthentication yes")}),
    ("keys only", {"sshd": SSHD.replace("kbdinteractiveauthentication no", "kbdinteractiveauthentication yes")}),
    ("keys only", {"sshd": SSHD.replace("pubkeyauthentication yes", "pubkeyauthentication no")}),
    ("no root", {"sshd": SSHD.replace("permitrootlogin no", "permitrootlogin without-password")}),
    ("accounts", {"passwd": PASSWD + "finn:x:1001:1001::/home/finn:/bin/zsh\n"}),
    ("accounts", {"passwd": PASSWD + "toor:x:0:0::/root:/bin/bash\n"}),
    ("firewall", {"nft": json.dumps({"nftables": [{"chain": {**CHAIN, "policy": "accept"}}]})}),
    ("firewall", {"nft": json.dumps({"nftables": []})}),
    ("updates", {"apt_get": "Inst openssl [3.0.1] (3.0.2 Debian-Security:12/stable-security [amd64])\n"}),
    ("encryption", {"lsblk": json.dumps({"blockdevices": [{"name": "a", "type": "part", "mountpoints": ["/"]}]})}),
    ("encryption", {"lsblk": json.dumps({"blockdevices": [*DISKS["blockdevices"], {"name": "b", "type": "part", "mountpoints": ["[SWAP]"]}]})}),
    ("time", {"timedatectl": "no\n"}),
    ("ports", {"ss": "LISTEN 0 244 0.0.0.0:5432 0.0.0.0:*\n"}),
    ("ports", {"ss": "LISTEN 0 244 *:6379 *:*\n"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "changes"), WRONG)
def test_what_is_wrong_breaks_that_rule_alone(tmp_path: Path, rule: str, changes: dict[str, str]) -> None:
    found = answers(machine(tmp_path, **changes))
    assert {name for name, answer in found.items() if answer != "holds"} == {rule}
    assert found[rule] == "broken"


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("keys only", {"sshd": None}), ("firewall", {"nft": None, "ufw": None}), ("updates", {"apt_get": None}),
        ("encryption", {"lsblk": '{"blockdevices": []}'}), ("encryption", {"lsblk": "nonsense"}),
        ("time", {"timedatectl": None}), ("ports", {"ss": "nonsense\n"}), ("firewall", {"nft": "[]", "ufw": None}),
    ],
)  # fmt: skip
def test_what_could_not_be_asked_never_holds(tmp_path: Path, rule: str, changes: dict[str, str | None]) -> None:
    made = machine(tmp_path, PASSWD, **changes)
    assert answers(made)[rule] == "cannot tell"
    assert not check(made, REGISTER).hold


def test_a_closed_ruleset_by_its_last_rule(tmp_path: Path) -> None:
    chain = {**CHAIN, "policy": "accept"}
    where = {"family": "inet", "table": "filter", "chain": "input"}
    drop = {"rule": {**where, "expr": [{"counter": {}}, {"drop": None}]}}
    some = {"rule": {**where, "expr": [{"match": {}}, {"drop": None}]}}
    for last, expected in ((drop, "holds"), (some, "broken")):
        assert (
            answers(machine(tmp_path, nft=json.dumps({"nftables": [{"chain": chain}, last]})))["firewall"] == expected
        )


def test_old_lists_of_packages_tell_nothing(tmp_path: Path) -> None:
    made = machine(tmp_path)
    os.utime(made.root / "var/lib/apt/lists/Packages", (0, 0))
    assert answers(made)["updates"] == "cannot tell"


def test_a_system_account_counts_once_somebody_can_enter_it(tmp_path: Path) -> None:
    made = machine(tmp_path)
    keys = made.root / "var/lib/postgresql/.ssh"
    keys.mkdir(parents=True)
    (keys / "authorized_keys").write_text("x")
    assert answers(made)["accounts"] == "broken"
    assert answers(made, {**REGISTER, "postgres": HENRIK})["accounts"] == "holds"


def test_one_account_for_each_person(tmp_path: Path) -> None:
    made = machine(tmp_path, PASSWD + "gre2:x:1002:1002::/home/gre2:/bin/bash\n")
    assert answers(made, {**REGISTER, "gre2": GRETHE})["accounts"] == "broken"
    assert answers(made, {**REGISTER, "gre2": HENRIK})["accounts"] == "holds"


@pytest.mark.parametrize(
    ("settings", "broken"),
    [
        ({}, set()),
        ({"PasswordAuthentication": "yes"}, {"keys only"}),
        ({"KbdInteractiveAuthentication": "yes"}, {"keys only"}),
        ({"PermitEmptyPasswords": "yes"}, {"keys only"}),
        ({"PermitRootLogin": "prohibit-password"}, {"no root"}),
        ({"Match": "User grethe\nPasswordAuthentication yes"}, {"keys only"}),
        ({"Match": "User root\nPermitRootLogin yes"}, {"no root"}),
    ],
)
def test_a_real_sshd_is_asked(tmp_path: Path, settings: dict[str, str], broken: set[str]) -> None:
    program, recorded = Path(sshd()), machine(tmp_path, sshd=None)
    made = Machine(
        root=recorded.root, path=f"{recorded.path}:{program.parent}",
        sshd=(program.name, "-f", str(configuration(tmp_path, 22, **settings))),
    )  # fmt: skip
    assert {name for name, answer in answers(made).items() if answer != "holds"} == broken


def test_this_very_machine_is_asked_without_failing() -> None:
    found = check(Machine(), {})
    assert {one.name for one in found.found} >= {"linux", "keys only", "accounts", "ports"}
    assert all(one.how and len(one.found) < 2000 for one in found.found)
