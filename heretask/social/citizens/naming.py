"""Citizens' names for the log's pages."""

from heretask.kernel.log.naming import register

from .queries import all_ids, names_for_the_log, sealed_among, units_by_id

register("citizen", names_for_the_log, everybody=all_ids, places=units_by_id, sealed=sealed_among)
