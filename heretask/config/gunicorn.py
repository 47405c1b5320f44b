"""gunicorn's configuration: TLS with 256-bit suites only, threads, no log of addresses asked for."""

import os
import ssl
from collections.abc import Callable
from typing import Any

wsgi_app = "heretask.config.wsgi:application"
worker_class = "heretask.config.connections.Worker"
workers = int(os.environ.get("HERETASK_WORKERS", "2"))
threads = int(os.environ.get("HERETASK_THREADS", "8"))
bind = [os.environ.get("HERETASK_LISTEN", "127.0.0.1:8443")]
keepalive = 15
timeout = 60
graceful_timeout = 10
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
accesslog = None  # addresses and search ids belong into the log of events, not on disk
errorlog = "-"
loglevel = "error"  # a broken handshake is the client's matter, and names its address
preload_app = False
reuse_port = True  # the kernel spreads connections over the workers
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
if os.environ.get("HERETASK_CERTIFICATE"):
    certfile, keyfile = os.environ["HERETASK_CERTIFICATE"], os.environ["HERETASK_CERTIFICATE_KEY"]

SUITES = ":".join(
    f"ECDHE-{kind}-{suite}" for suite in ("AES256-GCM-SHA384", "CHACHA20-POLY1305") for kind in ("ECDSA", "RSA")
)


def ssl_context(_config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """TLS 1.2 with 256-bit AEAD suites; TLS 1.3 is narrowed by openssl.cnf, which `server.environment` names."""
    context = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES)
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_RENEGOTIATION
    return context
