-- The Merkle tree over the log: a queue of events that have no place yet, leaves, nodes and signed checkpoints.
-- The queue holds each event from the transaction that writes it on, so that no late commit can ever be passed over:
-- what can be seen in it has no place, what has a place has left it in the same transaction.
create table ht.unsealed (customer_id uuid not null, at bigint not null, event uuid not null, leaf bytea not null,
  since timestamptz not null default clock_timestamp());
alter table ht.unsealed set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
grant insert, select on ht.unsealed to ht_log;
grant select, delete on ht.unsealed to heretask_sealer;

-- Who asks for a checkpoint before its minute is over. A row for each asking: one that was taken away while another
-- transaction had not yet committed what it wants sealed would be an asking lost.
create table ht.wanted (customer_id uuid not null);
grant insert, select on ht.wanted to ht_log;
grant select, insert, delete on ht.wanted to heretask_sealer;

create table kernel_leaf (customer_id uuid not null, place bigint not null, event uuid not null, leaf bytea not null,
  primary key (customer_id, place));
create unique index kernel_leaf_event on kernel_leaf (customer_id, event);
create table kernel_node (customer_id uuid not null, level smallint not null, place bigint not null, hash bytea not null,
  primary key (customer_id, level, place));
create table kernel_checkpoint (customer_id uuid not null, size bigint not null, root bytea not null, at timestamptz not null,
  note text not null, keys text[] not null, primary key (customer_id, size, at));

do $$ declare t text; begin
  foreach t in array array['kernel_leaf', 'kernel_node', 'kernel_checkpoint'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('create policy tenant on public.%I to heretask_app using (customer_id = (select ht.customer())) with check (customer_id = (select ht.customer()))', t);
    execute format('create policy owner on public.%I to heretask_owner using (customer_id = (select ht.customer())) with check (customer_id = (select ht.customer()))', t);
    execute format('create policy sealer on public.%I to heretask_sealer using (true) with check (true)', t);
    execute format('revoke all on public.%I from heretask_app', t);
    execute format('grant select on public.%I to heretask_app', t);
    execute format('grant select, insert on public.%I to heretask_sealer', t);
    execute format('create trigger append_only_row before update or delete on public.%I for each row execute function ht.refuse_change()', t);
    execute format('create trigger append_only_statement before truncate on public.%I for each statement execute function ht.refuse_change()', t);
  end loop;
end $$;

create or replace function ht.queue_leaf() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin insert into ht.unsealed (customer_id, at, event, leaf) values (new.customer_id, new.at, new.id, new.leaf); return null; end $$;

-- How many events of the session's customer, no younger than `until`, have no place yet.
create or replace function ht.waiting_for_a_place(until bigint) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select count(*) from ht.unsealed u where u.customer_id = ht.customer() and u.at <= until $$;

-- How many seconds the oldest event of anybody has waited for its place; 0 where none waits.
create or replace function ht.sealer_lag() returns double precision
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select coalesce(extract(epoch from clock_timestamp() - min(u.since)), 0) from ht.unsealed u $$;

create or replace function ht.want_checkpoint() returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$ insert into ht.wanted select ht.customer() $$;

grant execute on function ht.customer() to ht_log;
grant execute on function ht.whose(text) to ht_log;
do $$ declare f text; begin
  foreach f in array array['ht.queue_leaf()', 'ht.waiting_for_a_place(bigint)', 'ht.sealer_lag()', 'ht.want_checkpoint()'] loop
    execute format('alter function %s owner to ht_log', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
end $$;
grant execute on function ht.waiting_for_a_place(bigint), ht.sealer_lag(), ht.want_checkpoint() to heretask_app;
grant execute on function ht.queue_leaf() to heretask_app, heretask_gate, heretask_owner;

-- Events from before there was a tree get their places like any other; nobody writes meanwhile.
alter table kernel_event no force row level security;
insert into ht.unsealed (customer_id, at, event, leaf) select customer_id, at, id, leaf from kernel_event order by customer_id, at, id;
alter table kernel_event force row level security;
create trigger unsealed after insert on kernel_event for each row execute function ht.queue_leaf();
