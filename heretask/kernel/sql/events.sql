-- The log's table: one partition a month made ahead, one default, no foreign keys, insert only.
create table kernel_event (
  customer_id uuid not null, at bigint not null, id uuid not null,
  actor uuid, session uuid, "grant" uuid, action text not null, object_kind text not null default '', object_id uuid,
  citizen uuid, purpose text not null default '', detail bytea, hits integer, shown uuid[] not null default '{}',
  outcome text not null, address text not null default '', agent text not null default '',
  changed text[] not null default '{}', times integer not null default 1, salt bytea not null, leaf bytea not null,
  primary key (customer_id, at, id)
) partition by range (at);
create index kernel_event_citizen on kernel_event (customer_id, citizen, at);
create index kernel_event_actor on kernel_event (customer_id, actor, at);
create index kernel_event_user on kernel_event (customer_id, object_id, at) where object_kind = 'user';
create table kernel_event_default partition of kernel_event default;

-- Make the partitions of `months` months from the month of `since` on; returns how many were made.
create or replace function ht.make_partitions(since date, months integer) returns integer
  language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare m date := date_trunc('month', since)::date; n text; made integer := 0;
begin
  for i in 1..months loop
    n := 'kernel_event_' || to_char(m, 'YYYYMM');
    if to_regclass('public.' || n) is null then
      execute format('create table public.%I partition of public.kernel_event for values from (%s) to (%s)', n,
        (extract(epoch from m::timestamp at time zone 'UTC') * 1000000)::bigint,
        (extract(epoch from (m + interval '1 month')::timestamp at time zone 'UTC') * 1000000)::bigint);
      perform ht.guard_events(n);
      made := made + 1;
    end if;
    m := (m + interval '1 month')::date;
  end loop;
  return made;
end $$;

-- Policies, grants and triggers of the log's table or of one of its partitions.
create or replace function ht.guard_events(name text) returns void
  language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  execute format('alter table public.%I enable row level security', name);
  execute format('alter table public.%I force row level security', name);
  execute format('revoke all on public.%I from heretask_app, heretask_gate', name);
  execute format('create policy tenant on public.%I to heretask_app using (customer_id = (select ht.customer())) with check (customer_id = (select ht.customer()))', name);
  execute format('create policy owner on public.%I to heretask_owner using (customer_id = (select ht.customer())) with check (customer_id = (select ht.customer()))', name);
  execute format('create policy gate on public.%I for insert to heretask_gate with check (true)', name);
  if name = 'kernel_event' then
    execute 'grant select, insert on public.kernel_event to heretask_app';
    execute 'grant insert on public.kernel_event to heretask_gate';
    execute 'create trigger append_only_row before update or delete on public.kernel_event for each row execute function ht.refuse_change()';  -- partitions inherit it
  end if;
  execute format('create trigger append_only_statement before truncate on public.%I for each statement execute function ht.refuse_change()', name);
end $$;
select ht.guard_events('kernel_event');
select ht.guard_events('kernel_event_default');

-- The clock's way: this month's partition and three ahead, whatever happens to migrations.
create or replace function ht.extend_log() returns integer
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ select ht.make_partitions(now()::date, 4) $$;
revoke execute on function ht.extend_log() from public;
grant execute on function ht.extend_log() to heretask_clock;
