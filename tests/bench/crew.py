"""Helpers in processes of their own, so that one interpreter's lock is not what is measured.

This module stands without Django: a helper imports it first, and sets Django up before it imports its work.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

PATIENCE = 120  # seconds for one command; a helper that hangs must not hang the run


class Crew:
    """Processes that obey: each gets every command, all answer."""

    def __init__(self, count: int, work: str, *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._lines: list[Any] = []
        self._members = []
        for number in range(count):
            here, there = context.Pipe()
            member = context.Process(target=_serve, args=(there, work, number, arguments), daemon=True)
            member.start()
            there.close()  # so that a helper that dies is noticed at once
            self._lines.append(here)
            self._members.append(member)
        self.ask(None)  # ready

    def ask(self, command: Any, patience: float = PATIENCE) -> list[Any]:
        """Give one command to all and wait for their answers."""
        for line in self._lines:
            line.send(("do", command))
        answers = []
        for line in self._lines:
            if not line.poll(patience):
                raise TimeoutError("a helper did not answer")
            good, answer = line.recv()
            if not good:
                raise RuntimeError(f"a helper failed: {answer}")
            answers.append(answer)
        return answers

    def end(self) -> None:
        """Send everybody home."""
        for line in self._lines:
            line.close()
        for member in self._members:
            member.join(5)
            if member.is_alive():
                member.terminate()


@contextmanager
def crew(count: int, work: str, *arguments: Any) -> Iterator[Crew]:
    """Processes that do `work` ('module:callable'), which is called with their number and `arguments` for the doer."""
    made = Crew(count, work, *arguments)
    try:
        yield made
    finally:
        made.end()


def _serve(line: Connection, work: str, number: int, arguments: Sequence[Any]) -> None:
    import django

    django.setup()
    module, name = work.split(":")
    do: Callable[[Any], Any] = getattr(import_module(module), name)(number, *arguments)
    while True:
        try:
            _word, command = line.recv()
        except EOFError:
            return
        try:
            line.send((True, do(command) if command is not None else None))
        except Exception as failure:  # noqa: BLE001  (told to the one who asked)
            line.send((False, f"{type(failure).__name__}: {failure}"))
