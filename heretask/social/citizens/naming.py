"""Citizens' names for the log's pages."""

from heretask.kernel.log.naming import register

from .queries import names_by_id

register("citizen", names_by_id)
