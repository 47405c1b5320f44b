-- What a fresh database forbids everybody before the owner builds in it. Run by the superuser, once per database.
revoke all on schema public from public;
grant usage, create on schema public to heretask_owner;
grant usage on schema public to heretask_app, heretask_gate, heretask_worker, heretask_clock, heretask_backup, ht_key, ht_door, ht_queue;
create schema if not exists ht authorization heretask_owner;
grant usage on schema ht to heretask_app, heretask_gate, heretask_worker, heretask_clock, heretask_backup, ht_key, ht_door, ht_queue;
grant create on schema ht to ht_key, ht_door, ht_queue;
alter default privileges for role heretask_owner revoke execute on functions from public;
alter default privileges for role ht_key revoke execute on functions from public;
alter default privileges for role ht_door revoke execute on functions from public;
alter default privileges for role ht_queue revoke execute on functions from public;
-- what one connection runs must not be readable by another: its text may hold parameters
revoke select on pg_stat_activity from public;
revoke execute on function pg_stat_get_activity(int), pg_stat_get_backend_activity(int) from public;
