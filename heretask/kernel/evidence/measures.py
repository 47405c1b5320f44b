"""All measurements of what the kernel itself enforces, gathered so that they register themselves."""

from . import events, installation, log, people, running, sessions, signing

__all__ = ["events", "installation", "log", "people", "running", "sessions", "signing"]
