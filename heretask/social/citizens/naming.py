"""Citizens' names for the log's pages, and for the guard over what leaves by mail."""

from collections.abc import Iterable

from heretask.kernel.log.naming import register
from heretask.kernel.outbox.guard import knows_names

from .queries import all_ids, names_begin, names_for_the_log, sealed_among, units_by_id

register("citizen", names_for_the_log, everybody=all_ids, places=units_by_id, sealed=sealed_among)


@knows_names
def in_names(words: Iterable[str]) -> set[str]:
    """Those of some words with which a citizen's name may begin: by the index, closed, the sealed ones too."""
    return {word for word in words if names_begin(word)}
