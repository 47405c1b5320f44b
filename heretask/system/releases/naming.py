"""What the log's pages call releases."""

from heretask.kernel.log.naming import register

from .queries import names_of

register("release", names_of)
