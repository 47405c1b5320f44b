"""Citizens' names for the log's pages."""

from heretask.kernel.log.naming import register

from .queries import all_ids, names_by_id, units_by_id

register("citizen", names_by_id, everybody=all_ids, places=units_by_id)
