"""What is read out of the servers' log, and what nobody can put into it."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path

import pytest

from heretask.kernel.host import sources
from heretask.kernel.host.lines import Line, Reader, Said, What
from heretask.kernel.host.sources import LogFile, journal_piece, line_of

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
KEY = "SHA256:A3sY/A/ERXawAdDMlOCQ18V/fYixvr2TDj+eOr3Oa/k"
ACCEPTED = f"Accepted publickey for grethe from 192.0.2.7 port 50620 ssh2: ED25519 {KEY}"


def said(program: str, text: str, **more: str) -> Said | None:
    return Reader().read(Line(NOW, "web1", program, 71, text, **more))


def test_a_sign_in_by_key() -> None:
    one = said("sshd", ACCEPTED)
    assert one is not None
    assert (one.what, one.account, one.address, one.port) == (What.OPENED, "grethe", "192.0.2.7", 50620)
    assert (one.how, one.key) == ("publickey", KEY)


def test_a_certificate_and_a_password() -> None:
    one = said(
        "sshd", f"Accepted publickey for g from 2001:db8::1 port 1 ssh2: ED25519-CERT {KEY} ID g (serial 0) CA x"
    )
    other = said("sshd", "Accepted password for g from 192.0.2.7 port 2 ssh2")
    assert one is not None
    assert other is not None
    assert (one.address, one.key) == ("2001:db8::1", KEY)
    assert (other.how, other.key) == ("password", "")


@pytest.mark.parametrize(
    "text",
    [
        "Disconnected from user grethe 192.0.2.7 port 50620",
        "Received disconnect from 192.0.2.7 port 50620:11: disconnected by user",
        "Connection closed by 192.0.2.7 port 50620",
        "Connection reset by user grethe 192.0.2.7 port 50620",
        "pam_unix(sshd:session): session closed for user grethe",
    ],
)
def test_an_end(text: str) -> None:
    one = said("sshd", text)
    assert one is not None
    assert one.what == What.CLOSED
    assert one.port == (50620 if "port" in text else 0)


@pytest.mark.parametrize(
    "text",
    [
        f"Invalid user {ACCEPTED} from 192.0.2.9 port 5",
        "Failed password for invalid user Disconnected from user grethe 192.0.2.7 port 5 from 192.0.2.9 port 6 ssh2",
        "Disconnected from invalid user grethe 192.0.2.7 port 50620 [preauth]",
        "Disconnected from authenticating user root 192.0.2.7 port 50620 [preauth]",
        "Connection closed by authenticating user grethe 192.0.2.7 port 50620 [preauth]",
        "Server listening on 127.0.0.1 port 22.",
    ],
)
def test_what_a_stranger_can_have_written_is_no_session(text: str) -> None:
    assert said("sshd", text) is None


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("sshd", "Accepted publickey for gre the from 192.0.2.7 port 50620 ssh2"),
        ("sshd", ACCEPTED + "\x1b[2J"),
        ("sshd", ACCEPTED.replace("grethe", "g" * 200)),
        ("postgres", "LOG:  connection authorized: user=a b database=heretask"),
        ("postgres", "LOG:  connection authorized: user=x database=y application_name=LOG:  me"),
    ],
)
def test_what_begins_and_cannot_be_read_is_nobodys(program: str, text: str) -> None:
    one = said(program, text)
    assert one is not None
    assert (one.what, one.account) == (What.OPENED, "")


def test_sudo_keeps_the_programs_name_and_no_argument() -> None:
    one = said("sudo", "  grethe : TTY=pts/0 ; PWD=/home/grethe ; USER=root ; COMMAND=/usr/bin/grep 010150-0000 /srv/x")
    assert one is not None
    assert (one.account, one.command, one.target, one.refused) == ("grethe", "grep", "root", False)
    assert "010150" not in repr(one)


@pytest.mark.parametrize(
    "rest",
    [
        "TTY=pts/0 ; PWD=/tmp/x ; USER=nobody ; COMMAND=/bin/true ; USER=root ; COMMAND=/bin/bash",
        "TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/bin/echo ; COMMAND=/bin/true",
        "TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/tmp/Tove Lind",
    ],
)
def test_sudo_that_plays_with_its_own_words_is_not_believed(rest: str) -> None:
    one = said("sudo", f"  grethe : {rest}")
    assert one is not None
    assert one.command == ("Tove" if "Lind" in rest else "?")


def test_sudo_with_control_characters_is_nobodys() -> None:
    one = said("sudo", "  grethe : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls \x1b[2J")
    assert one is not None
    assert (one.what, one.account, one.command) == (What.COMMAND, "", "?")


def test_a_refused_sudo() -> None:
    one = said("sudo", "  finn : user NOT in sudoers ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id")
    assert one is not None
    assert (one.refused, one.command) == (True, "id")


def test_a_connection_to_the_database_and_its_end() -> None:
    reader = Reader()

    def told(text: str) -> Said | None:
        return reader.read(Line(NOW, "web1", "postgres", 9, text))

    assert told("LOG:  connection received: host=192.0.2.7 port=4711") is None
    one = told("grethe@heretask LOG:  connection authorized: user=grethe database=heretask application_name=psql")
    assert one is not None
    assert (one.what, one.account, one.database, one.address) == (What.OPENED, "grethe", "heretask", "192.0.2.7")
    end = told(
        "grethe@heretask LOG:  disconnection: session time: 0:00:01.2 user=grethe database=heretask host=[local]"
    )
    assert end is not None
    assert (end.what, end.pid) == (What.CLOSED, 9)


def test_the_programs_own_connections_are_no_sessions_but_the_owners_are() -> None:
    own = said("postgres", "LOG:  connection authorized: user=heretask_app database=heretask")
    owner = said("postgres", "LOG:  connection authorized: user=heretask_owner database=heretask")
    assert own is not None
    assert owner is not None
    assert (own.what, owner.what) == (What.PROGRAM, What.OPENED)


@pytest.mark.parametrize("name", ["a@b LOG:  connection authorized: user=grethe database=x", "x LOG:  y"])
def test_a_role_name_of_a_stranger_is_not_taken_for_postgresqls_words(name: str) -> None:
    one = said("postgres", f'{name}@db FATAL:  password authentication failed for user "x"')
    assert one is None or one.account == ""


def test_the_json_log_believes_its_own_fields() -> None:
    told = {
        "timestamp": "2026-11-26 12:00:00.123 UTC", "user": "grethe", "dbname": "heretask", "pid": 9,
        "remote_host": "[local]", "error_severity": "LOG",
        "message": "connection authorized: user=grethe database=heretask application_name=psql",
    }  # fmt: skip
    line = line_of(json.dumps(told), time.time())
    assert line is not None
    one = Reader().read(line)
    assert one is not None
    assert (one.account, one.address, one.at.year) == ("grethe", "local", 2026)
    lied = line_of(json.dumps({**told, "user": "mallory"}), time.time())
    assert lied is not None
    one = Reader().read(lied)
    assert one is not None
    assert one.account == ""


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2026-11-26T12:00:00.5+00:00 web1 sshd[71]: x", dt.datetime(2026, 11, 26, 12, 0, 0, 500000, dt.UTC)),
        ("2026-11-26 12:00:00.500 UTC [71] LOG:  x", dt.datetime(2026, 11, 26, 12, 0, 0, 500000, dt.UTC)),
        ("2026-11-26 13:00:00.500 CET [71] LOG:  x", dt.datetime(2026, 11, 26, 12, 0, 0, 500000, dt.UTC)),
        ("2026-11-26 13:00:00.500 +01 [71] LOG:  x", dt.datetime(2026, 11, 26, 12, 0, 0, 500000, dt.UTC)),
        ("2026-11-26T12:00:00.5+00:00 web1 postgres[71]: [3-1] 2026-11-26 12:00:00.500 UTC [71] LOG:  x", NOW),
    ],
)
def test_stamps(stamp: str, expected: dt.datetime) -> None:
    line = line_of(stamp, NOW.timestamp())
    assert line is not None
    assert abs((line.at - expected).total_seconds()) < 1
    assert line.pid == 71
    assert line.text in {"x", "LOG:  x"}


def test_a_stamp_without_a_year_is_of_the_newest_that_has_passed() -> None:
    now = dt.datetime(2027, 1, 3, 12).astimezone()
    old = line_of("Dec 31 23:59:59 web1 sshd[71]: x", now.timestamp())
    new = line_of("Jan  3 11:00:00 web1 sshd[71]: x", now.timestamp())
    assert old is not None
    assert new is not None
    assert (old.at.year, new.at.year) == (2026, 2027)
    assert line_of("Jan 33 11:00:00 web1 sshd[71]: x", now.timestamp()) is None


ENTRY = {
    "__CURSOR": "s=1;i=2", "__REALTIME_TIMESTAMP": "1795694400000000", "MESSAGE": ACCEPTED, "_COMM": "sshd",
    "_EXE": "/usr/sbin/sshd", "_UID": "0", "_PID": "71", "_HOSTNAME": "web1",
}  # fmt: skip


def journal(**changes: object) -> Line | None:
    piece = journal_piece(json.dumps({**ENTRY, **changes}).encode())
    assert piece is not None
    assert json.loads(piece.place)["cursor"] == "s=1;i=2"
    return piece.line


def test_the_journal_is_believed_where_it_vouches_for_the_sender() -> None:
    line = journal()
    assert line is not None
    assert (line.host, line.program, line.text, line.at.year) == ("web1", "sshd", ACCEPTED, 2026)
    assert journal(_UID="1000") is None  # somebody's own sshd
    assert journal(_EXE="/home/finn/sshd") is None
    assert journal(_COMM="sudo", _EXE="/home/finn/sudo", _UID="1000") is None
    assert journal(_COMM="sudo", _EXE="/usr/bin/sudo", _UID="1000") is not None
    assert journal(_COMM="postgres", _EXE="/home/finn/bin/postgres", _UID="1001") is None
    assert journal(_COMM="logger") is None
    bytes_ = journal(MESSAGE=[0xFF, 65, "x", 999])
    assert bytes_ is not None
    assert bytes_.text == "\ufffdA"
    null = journal(MESSAGE=None)
    assert null is not None
    assert null.text == ""
    assert journal_piece(b"{}") is None
    assert journal_piece(b"\x00no json\n") is None


def read(file: LogFile, place: str = "") -> tuple[list[str], str]:
    texts = []
    for piece in file.read(place):
        place = piece.place
        texts.append(piece.line.text if piece.line else "")
    return texts, place


def write(path: Path, *texts: str, end: str = "\n") -> None:
    with path.open("a") as file:
        file.write("\n".join(f"2026-11-26T12:00:00+00:00 web1 sshd[1]: {one}" for one in texts) + end)


@pytest.mark.parametrize("copied", [False, True])
def test_a_file_goes_on_where_it_ended_also_when_it_was_turned_over(tmp_path: Path, copied: bool) -> None:
    path = tmp_path / "auth.log"
    write(path, "a", "b")
    file = LogFile(path)
    texts, place = read(file)
    assert texts == ["a", "b"]
    assert read(file, place) == ([], place)
    write(path, "half", end="")
    assert read(file, place) == ([], place)  # still being written
    with path.open("a") as more:
        more.write("way\n")
    if copied:  # as logrotate does with PostgreSQL's log
        (tmp_path / "auth.log.1").write_bytes(path.read_bytes())
        path.write_text("")
    else:  # and with the others
        path.rename(tmp_path / "auth.log.1")
    write(path, "new", "and more, so that the file is longer than the old one was", "x" * 300)
    texts, place = read(file, place)
    assert texts[:2] == ["halfway", "new"]
    assert len(texts) == 4
    path.write_text("")  # emptied, and nothing is left of the old one
    write(path, "x")
    assert read(file, place)[0] == ["x"]


def test_a_very_long_line_is_cut_and_the_next_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "auth.log"
    write(path, "x" * 3_000_000, "next")
    texts, place = read(LogFile(path))
    assert [len(one) < 8192 for one in texts] == [True, True]
    assert texts[1] == "next"
    assert json.loads(place)["at"] == path.stat().st_size


def test_a_source_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(sources.CannotRead, match=r"auth\.log"):
        list(LogFile(tmp_path / "auth.log").read(""))
    with pytest.raises(sources.CannotRead):
        list(sources.Journal(program=str(tmp_path / "journalctl")).read(""))


def test_a_journal_that_has_forgotten_the_place_is_read_from_its_time_on(tmp_path: Path) -> None:
    program = tmp_path / "journalctl"
    (tmp_path / "entry").write_text(json.dumps(ENTRY) + "\n")
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *after-cursor*) echo gone >&2; exit 1;; *--since=@1795694400*) cat {tmp_path}/entry;; esac\n'
    )
    program.chmod(0o755)
    place = json.dumps({"cursor": "s=0", "at": 1795694400000000})
    found = list(sources.Journal(program=str(program)).read(place))
    assert [piece.line.text for piece in found if piece.line] == [ACCEPTED]


def test_a_folder_is_no_log_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(sources.CannotRead):
        list(LogFile(tmp_path / "folder").read(""))
