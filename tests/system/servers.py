"""A real server of ours on a free port, so that handshakes and headers are measured and not imagined."""

from __future__ import annotations

import datetime as dt
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from heretask.config import installation, server

HERE = Path(server.__file__).parent


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(*, narrowed: bool = True, app: str = "", chain: Path | None = None) -> Iterator[str]:
    """gunicorn with the product's own configuration; `narrowed` False leaves OpenSSL's own choice of TLS 1.3 suites.

    `app` puts another WSGI application in front of ours; `chain` is another certificate with its key beside it.
    """
    port = free_port()
    environment = {k: v for k, v in server.environment(installation.load(), port=port).items() if k != "HERETASK_ROLE"}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "HERETASK_LISTEN": f"127.0.0.1:{port}",
        "HERETASK_WORKERS": "1",
    }
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    if not narrowed:
        del environment["OPENSSL_CONF"]
    if chain is not None:
        environment["HERETASK_CERTIFICATE"] = str(chain)
        environment["HERETASK_CERTIFICATE_KEY"] = str(chain.with_suffix(".key"))
    command = [sys.executable, "-m", "gunicorn", "-c", f"file:{HERE / 'gunicorn.py'}", *([app] if app else [])]
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(process, f"https://localhost:{port}")
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    context = ssl._create_unverified_context()  # noqa: S323  (our own certificate)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with status {process.returncode}")
        try:
            with urlopen(f"{address}/healthz", timeout=2, context=context):  # noqa: S310
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not answer")


def ended_certificate(folder: Path) -> Path:
    """A certificate for localhost that ended yesterday, and its key beside it."""
    now, key = dt.datetime.now(dt.UTC), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=9)).not_valid_after(now - dt.timedelta(days=1))
    pem = serialization.Encoding.PEM
    chain = folder / "ended.pem"
    chain.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    plain = serialization.NoEncryption()
    chain.with_suffix(".key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return chain


def keeping(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """Ours behind a proxy that lets browsers keep pages: a mistake made outside the product."""
    from heretask.config.wsgi import application

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        kept = [(k, v) for k, v in headers if k.lower() != "cache-control"]
        return start_response(status, [*kept, ("Cache-Control", "private, max-age=600")], *more)

    answer: Any = application
    return answer(environ, start)


def unstyled(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """Ours behind a proxy that serves an older style sheet, in which every page prints."""
    from heretask.config.wsgi import application

    if not environ["PATH_INFO"].endswith("heretask.css"):
        served: Any = application
        return served(environ, start_response)
    start_response("200 OK", [("Content-Type", "text/css")])
    return [b"@media print {\n  .topbar { display: none; }\n}\n"]


def borrowing(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Ours, with a letter type on every page that comes from somebody else."""
    from heretask.config.wsgi import application

    foreign = b'<link rel="stylesheet" href="https://fonts.example.org/nice.css"></head>'
    return [_whole(application(environ, start_response)).replace(b"</head>", foreign)]


def unlinked(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Ours, with a foot of its pages in which nobody can report an incident."""
    from heretask.config.wsgi import application

    return [_whole(application(environ, start_response)).replace(b"/report/", b"/nothing/")]


def _whole(answer: Any) -> bytes:
    """All of an answer, closed as servers do: one left open closes a later request's connection when it is collected."""
    try:
        return b"".join(answer)
    finally:
        answer.close()
