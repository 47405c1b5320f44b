-- The backup's role reads every table, those that are made later too, and does nothing else. It may pass the walls
-- between customers (roles.sql makes it, prepare gives its password); the catalogue check holds it to reading.
do $$ begin
  if not exists (select from pg_roles where rolname = 'heretask_backup') then
    raise exception 'the role heretask_backup is missing: run `heretask prepare` once more, then migrate'; end if;
end $$;
grant usage on schema public, ht to heretask_backup;
grant select on all tables in schema public, ht to heretask_backup;
grant select on all sequences in schema public, ht to heretask_backup;
alter default privileges for role heretask_owner in schema public, ht grant select on tables to heretask_backup;
alter default privileges for role heretask_owner in schema public, ht grant select on sequences to heretask_backup;

-- Periodic work of the supplier alone: one ticket for its own customer; the slot makes a second tick do nothing.
create or replace function ht.tick_supplier(task text, slot timestamptz, minutes integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare c uuid;
begin
  insert into ht.ticks values (task, slot) on conflict do nothing;
  if not found then return 0; end if;
  select id into c from public.kernel_customer where kind = 'supplier' and active;
  if c is null then return 0; end if;
  perform ht._issue(c, null, 'periodic', tick_supplier.task, '{}', 'default', null, minutes);
  return 1;
end $$;
alter function ht.tick_supplier(text, timestamptz, integer) owner to ht_queue;
revoke execute on function ht.tick_supplier(text, timestamptz, integer) from public;
grant execute on function ht.tick_supplier(text, timestamptz, integer) to heretask_clock;
