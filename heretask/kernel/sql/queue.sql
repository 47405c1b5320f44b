-- Jobs by ticket. The queue is procrastinate's; nobody but these functions may put anything into it.
grant select, insert, update on public.kernel_session to ht_queue;
grant select on public.kernel_customer to ht_queue;
create policy queue on public.kernel_customer for select to ht_queue using (true);
grant select, insert, update on public.kernel_job to ht_queue;
create policy queue on public.kernel_job to ht_queue using (true) with check (true);
grant select, insert, update on public.procrastinate_jobs to ht_queue;
grant select, insert, update, delete on public.procrastinate_events to ht_queue;
grant select, update, delete on public.procrastinate_workers to ht_queue;
grant usage on all sequences in schema public to ht_queue;

create table if not exists ht.ticks (task text not null, slot timestamptz not null, primary key (task, slot));
grant select, insert, delete on ht.ticks to ht_queue;
create table if not exists ht.tasks (name text primary key);
grant select on ht.tasks to ht_queue;

create or replace function ht._issue(c uuid, who uuid, k text, task text, args jsonb, queue text, at timestamptz, minutes integer)
  returns uuid language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare j uuid := gen_random_uuid(); q bigint;
begin
  if minutes > 60 then raise exception 'a ticket lasts minutes'; end if;
  if not exists (select from ht.tasks t where t.name = task) then raise exception 'no such task: %', task using errcode = '42501'; end if;
  insert into public.procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at)
    values (queue, task, case k when 'job' then 10 else 0 end,  -- who waits for it goes before what happens by itself
            args || jsonb_build_object('job', j), 'todo', at) returning id into q;
  insert into public.kernel_session (id, kind, customer_id, user_id, purpose, ends_at, idle_limit, longest_gap, end_reason, address, agent, queue_id)
    values (gen_random_uuid(), k, c, who, left(task, 20), coalesce(at, clock_timestamp()) + make_interval(mins => minutes), 300, 0, '', '', '', q);
  insert into public.kernel_job (id, customer_id, "user", task, state, done, total, outcome)
    values (j, c, who, task, 'waiting', 0, 0, '{}');
  return j;
end $$;

create or replace function ht.defer(task text, args jsonb default '{}', minutes integer default 15) returns uuid
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  return ht._issue(w.customer, w.person, 'job', task, args, 'default', null, minutes);
end $$;

-- A fresh key for a job that is being worked on; a second claim makes the first one worthless.
create or replace function ht.claim(j bigint) returns text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare h1 text := encode(sha256(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')), 'hex');
begin
  update public.kernel_session set token_hash = ht.hashed(h1)
   where queue_id = j and kind in ('job', 'periodic') and ended_at is null and ends_at > statement_timestamp()
     and exists (select from public.procrastinate_jobs p where p.id = j and p.status = 'doing');
  if not found then raise exception 'no such ticket' using errcode = '28000'; end if;
  return h1;
end $$;

create or replace function ht.mine(j bigint, h1 text) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select exists (select from public.kernel_session where queue_id = j and token_hash = ht.hashed(h1)) $$;

create or replace function ht.done(j bigint, result text) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.kernel_session set ended_at = clock_timestamp(), end_reason = result where queue_id = j and ended_at is null;
  update public.kernel_job k set state = result, ended_at = clock_timestamp()
    from public.procrastinate_jobs p where p.id = j and k.id = (p.args->>'job')::uuid;
end $$;

-- One ticket per customer for periodic work; the slot makes a second tick of the same moment do nothing.
create or replace function ht.tick(task text, slot timestamptz, minutes integer default 15) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare c record; n integer := 0;
begin
  insert into ht.ticks values (task, slot) on conflict do nothing;
  if not found then return 0; end if;
  delete from ht.ticks t where t.slot < clock_timestamp() - interval '7 days';
  for c in select id from public.kernel_customer where active loop
    perform ht._issue(c.id, null, 'periodic', tick.task, '{}', 'default', null, minutes); n := n + 1;
  end loop;
  return n;
end $$;

-- Jobs whose worker has fallen silent go back, or end as failed after `tries`.
create or replace function ht.requeue(older interval, tries integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare r record; n integer := 0;
begin
  for r in select p.id, p.attempts from public.procrastinate_jobs p
      left join public.procrastinate_workers w on w.id = p.worker_id
     where p.status = 'doing' and (w.id is null or w.last_heartbeat < clock_timestamp() - older) loop
    if r.attempts < tries then
      update public.procrastinate_jobs set status = 'todo', worker_id = null, attempts = attempts + 1 where id = r.id and status = 'doing';
    else
      update public.procrastinate_jobs set status = 'failed' where id = r.id and status = 'doing';
      perform ht.done(r.id, 'failed');
    end if;
    n := n + 1;
  end loop;
  return n;
end $$;

do $$ declare f text; begin
  foreach f in array array['ht._issue(uuid, uuid, text, text, jsonb, text, timestamptz, integer)', 'ht.defer(text, jsonb, integer)',
      'ht.claim(bigint)', 'ht.mine(bigint, text)', 'ht.done(bigint, text)', 'ht.tick(text, timestamptz, integer)', 'ht.requeue(interval, integer)'] loop
    execute format('alter function %s owner to ht_queue', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
  for f in select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'public'::regnamespace loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to heretask_worker, ht_queue', f);
  end loop;
end $$;
grant execute on function ht.defer(text, jsonb, integer) to heretask_app;
grant execute on function ht.claim(bigint), ht.mine(bigint, text), ht.done(bigint, text) to heretask_worker;
grant execute on function ht.tick(text, timestamptz, integer), ht.requeue(interval, integer) to heretask_clock;
grant select, delete on public.procrastinate_jobs to heretask_worker;
grant update (status, worker_id, attempts, scheduled_at, abort_requested, priority, queue_name, lock, queueing_lock) on public.procrastinate_jobs to heretask_worker;
grant select, insert, delete on public.procrastinate_events to heretask_worker;
grant select, insert, update, delete on public.procrastinate_workers to heretask_worker;
grant select on public.procrastinate_periodic_defers to heretask_worker;
grant usage on all sequences in schema public to heretask_worker;
