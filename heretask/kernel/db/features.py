"""Where our tables differ from what Django expects of PostgreSQL."""

from django.db.backends.postgresql import features


class DatabaseFeatures(features.DatabaseFeatures):
    """Django takes `id` for the key; the database's key is (customer_id, id), so GROUP BY must name every column."""

    allows_group_by_selected_pks = False
