-- What an export asks of the log beside its events.

-- Events of the session's customer up to `until` (microseconds) that have no place yet: they are said, never dropped.
create or replace function ht.events_without_a_place(until bigint) returns setof uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select u.event from ht.unsealed u where u.customer_id = ht.customer() and u.at <= until $$;
alter function ht.events_without_a_place(bigint) owner to ht_log;
revoke execute on function ht.events_without_a_place(bigint) from public;
grant execute on function ht.events_without_a_place(bigint) to heretask_app;

-- The first checkpoint of each day, and those that two keys have signed, without reading all of them.
create index kernel_checkpoint_at on kernel_checkpoint (customer_id, at);
create index kernel_checkpoint_rotated on kernel_checkpoint (customer_id, size) where cardinality(keys) > 1;
