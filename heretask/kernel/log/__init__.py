"""The log: every access, search, change and session as an event in the same transaction, or no answer at all."""

from .registry import Category, event
from .trace import Trace, record, tracing

__all__ = ["Category", "Trace", "event", "record", "tracing"]
