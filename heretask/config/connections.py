"""gunicorn's worker with threads, in which a connection that says nothing holds no thread.

gunicorn hands a new connection to a thread at once and then waits in it, through the handshake, for a request: as many
connections without a word as there are threads, and nobody else is answered. Browsers open such connections to be
quick; whoever wants to shut a system needs a dozen (OWASP: slow HTTP attacks). Here a connection waits beside the
threads until it has sent something, at the beginning and again after the handshake, and what it sends must come within
a time.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from functools import partial
from typing import Any

from gunicorn import http, sock
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

HEAD_SECONDS = 10.0  # for a handshake, and again for the head of a request
SILENT_SECONDS = 30.0  # between two pieces of a body or of an answer


class Connection(TConn):  # type: ignore[misc]
    """A client's connection; its handshake is an act of its own."""

    initialized: bool
    sock: Any  # plain until the handshake, then secured

    def init(self) -> None:
        """Shake hands once; bound every later wait for the client. Raises `OSError` when the client does not."""
        if not self.initialized:
            self.initialized = True
            if self.cfg.is_ssl:
                self.sock = sock.ssl_wrap_socket(self.sock, self.cfg)
                self.sock.settimeout(HEAD_SECONDS)
                self.sock.do_handshake()
            self.parser = http.get_parser(self.cfg, self.sock, self.client)
        self.sock.settimeout(SILENT_SECONDS)

    def has_spoken(self) -> bool:
        """Whether a byte of a request waits, so that a thread would not wait for it."""
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            return bool(selector.select(timeout=0))


class Worker(ThreadWorker):  # type: ignore[misc]
    """Gives threads to requests, never to the wait for one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hearing: dict[Connection, float] = {}  # who is in the middle of a handshake or a head, and until when

    def accept(self, listener: socket.socket) -> None:
        """Let a new connection wait beside the threads."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        conn = Connection(self.cfg, client, address, listener.getsockname())
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: Connection) -> object:
        """Answer one request in a thread; a connection that has only shaken hands goes back to wait."""
        self.hearing[conn] = time.monotonic() + HEAD_SECONDS
        try:
            if not conn.initialized:
                try:
                    conn.sock.setblocking(True)
                    conn.init()
                except OSError:  # a client that does not speak our TLS, or no longer
                    return False
                if not conn.has_spoken():
                    return _DEFER
            return super().handle(conn)
        finally:
            self.hearing.pop(conn, None)

    def handle_request(self, req: Any, conn: Connection) -> object:
        """The head is whole; from here on only silence is bounded."""
        self.hearing.pop(conn, None)
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Once a second: close who waits in vain, and who does not come to the end of a head."""
        super().murder_pending()
        now = time.monotonic()
        for conn, until in list(self.hearing.items()):
            if until < now:
                self.hearing.pop(conn, None)
                try:
                    # the thread in it gets the end of the stream; the socket stays that thread's to close
                    socket.socket.shutdown(conn.sock, socket.SHUT_RDWR)
                except OSError:
                    continue
