"""`python -m tests.adversarial.tampering [--changes N] [--untouched N] [--seed N]`: is every change to a log found?

Real extracts (whole, filtered, masked) of real logs are changed in twelve ways, each in a clumsy form (only the CSV) and
in a clever one (tags, leaves and check sums made to fit); and the verifier must name what was done. As many fresh
extracts are left as they are: none may be accused. Exit status 0 only if both are so.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from .forging import Bundle
    from .world import Log

LINE = {"changed", "changed-time", "changed-customer", "changed-salt", "unreadable", "rewritten-numbers"}
PLACE = {"deleted", "inserted", "swapped", "reordered", "cut"}
WHOLE = {"root", "bad-proof", "check-sum", "mixed"}
# what each kind may be called: clumsy, and clever
NAMES: dict[str, tuple[set[str], set[str]]] = {
    "flip": (LINE | PLACE | {"heading", "resaved", "check-sum"}, {"root"}),
    "delete": ({"deleted", "cut"}, {"incomplete"}),
    "insert": ({"inserted"}, {"root", "bad-proof", "inserted", "reordered"} | LINE),
    "swap": ({"swapped", "reordered", "deleted", "inserted"}, {"root"}),  # the latter two where lines lie far apart
    "reorder": ({"swapped", "reordered", "deleted", "inserted", "cut"}, {"root"}),
    "cut the tail": ({"cut"}, {"incomplete"}),
    "move in time": ({"changed-time"}, {"root"}),
    "move to another customer": (
        {"changed-customer", "other-customer"},
        {"changed-customer", "other-customer", "root"},
    ),
    "change the salt": ({"changed-salt"}, {"root"}),
    "roll a checkpoint back": ({"shrunk"}, {"root", "bad-proof", "shrunk"}),
    "restore an old database": ({"rewritten", "shrunk"}, {"rewritten", "shrunk"}),
    "rewrite everything with a new key": ({"new-key"}, {"new-key"}),
}


class Attacker:
    """Changes extracts of some logs, and knows what the sealer's key would allow."""

    def __init__(self, chance: random.Random, logs: list[Log]) -> None:
        self.chance, self.logs = chance, logs
        self.old: dict[int, list[Bundle]] = {}
        self.now: dict[int, list[Bundle]] = {}

    def prepare(self) -> None:
        """Take extracts of every log now, and again when it has grown."""
        from .world import some_filters

        for number, log in enumerate(self.logs):
            noted = (self.chance.choice(log.notes[:-1] or log.notes),)
            kept = self.now.get(number)
            if kept:
                self.old[number] = kept
                log.grow(self.chance.choice([1, 30, 90]))
                noted = (self.chance.choice(log.notes),)
            log.settled()
            plain, masked = (log.export(masked=one, noted=noted, kind="whole") for one in (False, True))
            filtered = [
                log.export(some_filters(log, self.chance), masked=bool(n % 2), noted=noted, kind="filtered")
                for n in range(4)
            ]
            assert plain.check().as_data()["complete"]
            assert masked.check().as_data()["complete"]
            self.now[number] = [plain, masked, *(one for one in filtered if len(one.lines) > 3)]

    def attack(self, kind: str, *, clever: bool) -> Bundle:
        """One extract, tampered with."""
        made: Bundle = getattr(self, f"_{kind.replace(' ', '_')}")(clever)
        return made

    def _some(self, *, whole: bool = False) -> Bundle:
        bundles = self.now[self.chance.randrange(len(self.logs))]
        return (
            bundles[0] if whole and self.chance.random() < 0.5 else bundles[1] if whole else self.chance.choice(bundles)
        )

    def _line(self, bundle: Bundle) -> tuple[list[bytes], int]:
        return bundle.lines, self.chance.randrange(len(bundle.lines))

    def _flip(self, clever: bool) -> Bundle:
        from .forging import AT, cells_of, changed, fitted, refitted

        bundle = self._some()
        if not clever:
            at = self.chance.randrange(len(bundle.csv))
            flipped = bundle.csv[at] ^ (1 << self.chance.randrange(8))
            return replace(bundle, csv=bundle.csv[:at] + bytes([flipped]) + bundle.csv[at + 1 :])
        lines, at = self._line(bundle)
        cell, value = self.chance.choice(
            [("outcome", "forged"), ("hits", "4711"), ("action", "log.read"), ("address", "203.0.113.9"), ("times", "9"), ("agent", "x"),
             ("object_kind", "y"), ("purpose", "z"), ("changed", "name_and_more"), ("commitment", "ab" * 32), ("shown", str(self.logs[0].cast.nord.id))]
        )  # fmt: skip
        if cell == "commitment" and len(cells_of(lines[at])[AT["salt"]]) > 64:
            cell, value = "salt", "cd" * 64  # a line with its variables has no commitment
        before = lines[at]
        lines[at] = fitted(changed(before, **{cell: value}))
        if lines[at] == before:  # it said so already
            lines[at] = fitted(changed(before, outcome="forged"))
        return refitted(bundle.with_lines(lines))

    def _delete(self, clever: bool) -> Bundle:
        bundle = self._some(whole=clever)
        lines, at = self._line(bundle)
        count = self.chance.choice([1, 1, 2, 5])
        del lines[at : at + count]
        return bundle.with_lines(lines) if not clever else _with_gap(bundle, lines, at, len(bundle.lines) - len(lines))

    def _insert(self, clever: bool) -> Bundle:
        from .forging import changed, fitted, refitted

        bundle = self._some()
        lines, at = self._line(bundle)
        new = lines[self.chance.randrange(len(lines))]
        if clever or self.chance.random() < 0.5:
            new = fitted(changed(new, outcome="invented"))
        lines.insert(at, new)
        if not clever:
            return bundle.with_lines(lines)
        head = [line.split(b" ") for line in bundle.proof.splitlines()[2:-1]]
        if len(head) > 1:  # a proof with gaps: the lines behind slide into the next run
            return refitted(bundle.with_lines(lines))
        return _one_run(bundle, lines)

    def _swap(self, clever: bool) -> Bundle:
        from .forging import AT, cells_of, changed, refitted

        bundle = self._some()
        lines, one = self._line(bundle)
        other = self.chance.choice([n for n in range(len(lines)) if n != one])
        places = [cells_of(lines[n])[AT["place"]] for n in (one, other)]
        lines[one], lines[other] = lines[other], lines[one]
        if not clever:
            return bundle.with_lines(lines)
        lines[one], lines[other] = changed(lines[one], place=places[0]), changed(lines[other], place=places[1])
        return refitted(bundle.with_lines(lines))

    def _reorder(self, clever: bool) -> Bundle:
        from .forging import AT, cells_of, changed, refitted

        bundle = self._some()
        lines, first = self._line(bundle)
        first = min(first, len(lines) - 3)
        end = min(len(lines), first + self.chance.randrange(3, 40))
        block = lines[first:end]
        places = [cells_of(line)[AT["place"]] for line in block]
        turn = self.chance.randrange(1, len(block))
        mixed = block[turn:] + block[:turn]
        lines[first:end] = (
            mixed if not clever else [changed(line, place=p) for line, p in zip(mixed, places, strict=True)]
        )
        return refitted(bundle.with_lines(lines)) if clever else bundle.with_lines(lines)

    def _cut_the_tail(self, clever: bool) -> Bundle:
        bundle = self._some(whole=clever)
        lines = bundle.lines
        kept = lines[: -min(len(lines) - 1, self.chance.choice([1, 2, 10, 100]))]
        return bundle.with_lines(kept) if not clever else _with_gap(bundle, kept, len(kept), len(lines) - len(kept))

    def _move_in_time(self, clever: bool) -> Bundle:
        from .forging import fitted, moved, refitted

        bundle = self._some()
        lines, at = self._line(bundle)
        by = self.chance.choice([1_000_000, 3_600_000_000, -86_400_000_000, 2_000])
        lines[at] = moved(lines[at], by, with_id=clever)
        return (
            refitted(bundle.with_lines([*lines[:at], fitted(lines[at]), *lines[at + 1 :]]))
            if clever
            else bundle.with_lines(lines)
        )

    def _move_to_another_customer(self, clever: bool) -> Bundle:
        from .forging import changed, fitted, refitted

        bundle, number = self._some(), self.chance.randrange(len(self.logs))
        other = str(self.logs[number].cast.fyrtaarnet.id)
        if self.chance.random() < 0.3:  # the whole extract of one customer, given as another's
            mine = self.now[(number + 1) % len(self.logs)][0]
            return replace(mine, noted=self.now[number][0].noted)
        lines, at = self._line(bundle)
        lines[at] = changed(lines[at], customer=other)
        if not clever:
            return bundle.with_lines(lines)
        lines[at] = fitted(lines[at])
        return refitted(bundle.with_lines(lines))

    def _change_the_salt(self, clever: bool) -> Bundle:
        from .forging import AT, cells_of, changed, fitted, refitted

        bundle = self._some()
        lines, at = self._line(bundle)
        salt = cells_of(lines[at])[AT["salt"]].decode()
        place = self.chance.randrange(len(salt))
        lines[at] = changed(
            lines[at], salt=salt[:place] + "0123456789abcdef"[(int(salt[place], 16) + 1) % 16] + salt[place + 1 :]
        )
        return (
            refitted(bundle.with_lines([*lines[:at], fitted(lines[at]), *lines[at + 1 :]]))
            if clever
            else bundle.with_lines(lines)
        )

    def _roll_a_checkpoint_back(self, clever: bool) -> Bundle:
        number = self.chance.randrange(len(self.logs))
        log, old = self.logs[number], self.chance.choice(self.old[number])
        newest = log.lines[-1] if self.chance.random() < 0.3 else log.notes[-1]
        if not clever:
            return replace(old, noted=(newest,))
        return self.chance.choice(self.now[number]).with_head(checkpoint=old.head["checkpoint"])

    def _restore_an_old_database(self, clever: bool) -> Bundle:
        from .forging import Tree, changed

        number = self.chance.randrange(len(self.logs))
        log, whole = self.logs[number], self.now[number][0]
        kept = len(self.old[number][0].lines) - 1
        grown = kept + self.chance.choice([0, 3, len(whole.lines)])
        lines = [
            *whole.lines[:kept],
            *(changed(whole.lines[n % len(whole.lines)], outcome=f"since {n}") for n in range(kept, grown)),
        ]
        noted = log.lines[-1] if clever and self.chance.random() < 0.5 else log.notes[-1]
        return Tree(str(whole.head["origin"]), _sealers_keys(), lines, noted=(noted,)).bundle("restored")

    def _rewrite_everything_with_a_new_key(self, clever: bool) -> Bundle:
        from cryptography.hazmat.primitives.asymmetric import ed25519

        from .forging import Tree, changed

        number = self.chance.randrange(len(self.logs))
        whole = self.now[number][0]
        lines, at = self._line(whole)
        if self.chance.random() < 0.8:
            lines[at] = changed(lines[at], outcome="rewritten")
        tree = Tree(
            str(whole.head["origin"]),
            [ed25519.Ed25519PrivateKey.generate()],
            lines,
            noted=(self.logs[number].notes[-1],),
        )
        if clever:  # the true old keys stand in it as well, and a bridge that the new key alone has signed
            tree.extra_keys = [str(key) for key in whole.head["keys"]]  # type: ignore[attr-defined]
            tree.bridges = [tree.note_at(len(lines) // 2 + 1)]
        return tree.bundle("rewritten")


def _with_gap(bundle: Bundle, lines: list[bytes], at: int, count: int) -> Bundle:
    """The most that can be made of lines left out of a whole extract: a gap with their true hashes, which is told."""
    import base64
    import hashlib
    import io
    import json

    from heretask.kernel.log.merkle import node_hash, pieces

    from .forging import FORMS, cells_of, tags_of

    leaves = [FORMS.leaf(cells_of(line)) for line in bundle.lines]

    def root(first: int, end: int) -> bytes:
        hashes = leaves[first:end]
        while len(hashes) > 1:
            hashes = [node_hash(hashes[n], hashes[n + 1]) for n in range(0, len(hashes), 2)]
        return hashes[0]

    gone = b"".join(root(place << level, (place + 1) << level) for level, place in pieces(at, at + count))
    out, rows = io.BytesIO(), [(0, lines[:at]), (at + count, lines[at:])]
    out.write(b"\n".join(bundle.proof.splitlines()[:2]) + b"\n")
    parts = [f"r {first} {len(run)} {base64.b64encode(b''.join(tags_of(run))).decode()}" for first, run in rows if run]
    gap = f"g {at} {count} {base64.b64encode(gone).decode()}"
    parts.insert(1 if rows[0][1] else 0, gap)
    csv = bundle.with_lines(lines).csv
    end = {
        "rows": len(lines),
        "left_out": count,
        "content_gone": 0,
        "content_lost": 0,
        "without_place": 0,
        "csv_sha256": hashlib.sha256(csv).hexdigest(),
    }
    out.write(("\n".join(parts) + f"\nend {json.dumps(end)}\n").encode())
    return replace(bundle, csv=csv, proof=out.getvalue()).with_head(whole=False)


def _one_run(bundle: Bundle, lines: list[bytes]) -> Bundle:
    import base64
    import hashlib
    import json

    from heretask.kernel.log.lines import HEADER

    from .forging import changed, fitted, tags_of

    lines = [fitted(changed(line, place=str(place))) for place, line in enumerate(lines)]
    csv = HEADER + b"".join(lines)
    end = {
        **json.loads(bundle.proof.splitlines()[-1][4:]),
        "rows": len(lines),
        "csv_sha256": hashlib.sha256(csv).hexdigest(),
    }
    run = f"r 0 {len(lines)} {base64.b64encode(b''.join(tags_of(lines))).decode()}\nend {json.dumps(end)}\n"
    return replace(bundle, csv=csv, proof=b"\n".join(bundle.proof.splitlines()[:2]) + b"\n" + run.encode())


def _sealers_keys() -> list[Ed25519PrivateKey]:
    from tests.sealing import keys

    return list(keys().keys())


def named(bundle: Bundle) -> set[str]:
    """What the verifier calls it; 'incomplete' where it says that a whole log is one no more."""
    report = bundle.check()
    names = {fault.name for fault in report.faults if fault.status == 1}
    return names or ({"incomplete"} if bundle.kind == "whole" and not report.as_data()["complete"] else set())


def run(changes: int, untouched: int, chance: random.Random, told: Callable[[str], None]) -> list[str]:
    """Everything; returns what went wrong, a line each."""
    from .world import a_log

    logs = [a_log(chance, steps) for steps in (2, 3, 4)]
    attacker, found, missed = Attacker(chance, logs), Counter[str](), Counter[str]()
    attacker.prepare()
    attacker.prepare()
    wrong: list[str] = []
    for number in range(changes):
        kind, clever = list(NAMES)[number % len(NAMES)], number // len(NAMES) % 2 == 1
        if number % 1_500 == 1_499:
            attacker.prepare()
            told(f"{'changes':52} {number + 1:6} made")
        names = named(attacker.attack(kind, clever=clever))
        form = f"{kind}, {'clever' if clever else 'clumsy'}"
        if names & NAMES[kind][clever]:
            found[form] += 1
        else:
            missed[form] += 1
            wrong.append(f"{form}: {'called ' + ', '.join(sorted(names)) if names else 'NOT FOUND'}")
    for form in sorted(found.keys() | missed.keys()):
        told(f"{form:52} {found[form]:6} found by name {missed[form]:6} not")
    accused = list(_accused(logs, untouched, chance, told))
    told(f"{'untouched extracts':52} {untouched:6} made, {len(accused)} accused")
    return wrong + accused


def _accused(logs: list[Log], count: int, chance: random.Random, told: Callable[[str], None]) -> Iterator[str]:
    """The untouched extracts that the verifier accuses. Looking grows a log, so a new one takes its place in time."""
    from .world import a_log, some_filters

    for number in range(count):
        if number % 200 == 199:
            logs[number // 200 % len(logs)] = a_log(chance, chance.choice([2, 3, 4]))
        if number % 1_000 == 999:
            told(f"{'untouched extracts':52} {number + 1:6} made")
        log = chance.choice(logs)
        if number % 200 == 100:
            log.grow(chance.choice([1, 2, 60]))
        log.settled()
        filters = None if chance.random() < 0.3 else some_filters(log, chance)
        noted = tuple(chance.sample(log.notes + log.lines, k=chance.randrange(3)))
        report = log.export(filters, masked=chance.random() < 0.5, noted=noted).check()
        if report.status:
            yield f"accused: {filters} {[fault.told('en') for fault in report.faults]}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.adversarial.tampering", description=__doc__)
    parser.add_argument("--changes", type=int, default=10_000)
    parser.add_argument("--untouched", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"], os.environ["HERETASK_ROLE"] = "tests.settings", "tests"
    from tests import database

    database.point_at_clone()
    import django

    django.setup()
    database.make_clone()
    try:
        sys.stdout.write(f"seed {asked.seed}\n")
        wrong = run(asked.changes, asked.untouched, random.Random(asked.seed), _say)
    finally:
        database.drop_clone()
        database.stop_if_unused()
    sys.stdout.write("".join(f"{line}\n" for line in wrong[:50]))
    sys.stdout.write(f"{len(wrong)} wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
