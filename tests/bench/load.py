"""Clients that keep their connections, in a process of their own; to this machine only, and they stop by themselves."""

from __future__ import annotations

import resource
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What to ask for, over how many connections, how long."""

    path: str
    connections: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: answers a second, their usual length, and what share of one core the clients themselves took."""

    rate: float
    length: int
    own_share: float


def client(_number: int, port: int, token: str) -> Callable[[Load], Done]:
    """A process with clients for one server of ours."""

    def do(load: Load) -> Done:
        request = (
            f"GET {load.path} HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: Mozilla/5.0 (bench)\r\n"
            f"Cookie: __Host-ht={token}\r\nAccept: text/html\r\n\r\n"
        ).encode()
        barrier = threading.Barrier(load.connections + 1)
        with ThreadPoolExecutor(load.connections) as pool:
            at_work = [pool.submit(_ask, port, request, barrier, load.seconds) for _ in range(load.connections)]
            barrier.wait(30)
            begun, own = time.perf_counter(), _own_seconds()
            answers = [each.result() for each in at_work]
            took, own = time.perf_counter() - begun, _own_seconds() - own
        return Done(sum(count for count, _length in answers) / took, answers[0][1], own / took)

    return do


def _own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _ask(port: int, request: bytes, barrier: threading.Barrier, seconds: float) -> tuple[int, int]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # our own certificate on our own machine
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with context.wrap_socket(plain, server_hostname="localhost") as line:
            length, count = _once(line, request), 0
            barrier.wait(30)
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                _once(line, request)
                count += 1
            return count, length


def _once(line: ssl.SSLSocket, request: bytes) -> int:
    """One request; the length of its body. Anything but a whole 200 is a failure, not a figure."""
    line.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _more(line)
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(head.split(b"\r\n", 1)[0].decode())
    length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    have = len(body)
    while have < length:
        have += len(_more(line))
    return length


def _more(line: ssl.SSLSocket) -> bytes:
    piece = line.recv(65536)
    if not piece:
        raise RuntimeError("the server hung up")
    return piece
