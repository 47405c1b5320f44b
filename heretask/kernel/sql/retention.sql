-- Retention. Content of the log that is older than its customer keeps it goes; leaves stay, so that proofs still hold. One
-- role, as which nobody can sign in, may remove it, and its functions decide what: the customer of the session, whole months
-- older than that customer's own limit and never younger than six months, events that have their place in a signed tree.
grant select (kind, log_months), update (log_months) on kernel_customer to ht_keeper;
do $$ declare t text; begin
  foreach t in array array['kernel_event', 'kernel_evidence', 'kernel_storedsearch', 'kernel_job'] loop
    execute format('create policy keeper on public.%I to ht_keeper using (customer_id = (select ht.customer()))', t);
    execute format('grant select, delete on public.%I to ht_keeper', t);
  end loop;
  foreach t in array array['kernel_leaf', 'kernel_checkpoint'] loop
    execute format('create policy keeper on public.%I for select to ht_keeper using (customer_id = (select ht.customer()))', t);
    execute format('grant select on public.%I to ht_keeper', t);
  end loop;
  foreach t in array array['kernel_retention', 'kernel_retentionpart'] loop
    execute format('create policy keeper on public.%I to ht_keeper using (customer_id = (select ht.customer())) with check (customer_id = (select ht.customer()))', t);
    execute format('grant select, insert on public.%I to ht_keeper', t);
    execute format('revoke insert on public.%I from heretask_app', t);  -- the protocol is the database's own
  end loop;
end $$;
grant select, delete on kernel_session, kernel_throttle to ht_keeper;
grant select, delete on procrastinate_jobs, procrastinate_events to ht_keeper;
grant select, update on procrastinate_periodic_defers to ht_keeper;

-- Where a customer's own limit lies now: six months back at least, whatever the customer's row says.
create or replace function ht.log_limit(c uuid) returns timestamptz
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare m integer;
begin
  select x.log_months into m from public.kernel_customer x where x.id = c;
  return statement_timestamp() - make_interval(months => greatest(m, 6));  -- null for a customer who is not the session's
end $$;

-- Nothing that only grows may be changed, whoever asks. The keeper may remove what is beyond the limit of retention, which
-- is asked here once more: a mistake in its functions removes nothing that must stay.
create or replace function ht.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare lived timestamptz;
begin
  if tg_op = 'DELETE' and tg_level = 'ROW' and current_user = 'ht_keeper' then
    if tg_table_name ~ '^kernel_event_([0-9]{6}|default)$' then lived := to_timestamp(old.at / 1e6);
    elsif tg_table_name = 'kernel_evidence' then lived := old.measured_at; end if;
    if lived < ht.log_limit(old.customer_id) and lived < statement_timestamp() - interval '6 months' then return old; end if;
  end if;
  raise exception '% only ever grows', tg_table_name using errcode = '42501';
end $$;

create or replace function ht._month_of(at timestamptz) returns bigint
  language sql immutable set search_path = pg_catalog, pg_temp
  return (extract(epoch from date_trunc('month', at, 'UTC')) * 1000000)::bigint;

-- The oldest month of the session's customer that may go, frozen: what it held, how the promises stood, and the checkpoint
-- in which it has its place. The one that was begun and is not finished, where there is one; null where nothing may go.
create or replace function ht.begin_forgetting() returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  c uuid := ht.customer(); run uuid; ends bigint; low bigint; high bigint; m integer; signed record;
  told jsonb; proof jsonb; n bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('ht.begin_forgetting ' || c, 0));
  select r.id into run from public.kernel_retention r where r.customer_id = c
     and not exists (select from public.kernel_retentionpart p where p.customer_id = c and p.retention_id = r.id and p.kind = 'end')
   order by r.before limit 1;
  if run is not null then return run; end if;
  ends := ht._month_of(ht.log_limit(c));
  select min(e.at) into low from public.kernel_event e where e.customer_id = c and e.at < ends;
  select k.size, k.root, k.at, k.note into signed from public.kernel_checkpoint k where k.customer_id = c order by k.size desc, k.at desc limit 1;
  if low is null or signed.size is null then return null; end if;
  high := ht._month_of(to_timestamp(low / 1e6) + interval '1 month');
  -- a month in which an event has no place in the signed tree yet, or is not what its leaf says, stays whole
  if exists (select from public.kernel_event e where e.customer_id = c and e.at >= low and e.at < high
       and not exists (select from public.kernel_leaf l where l.customer_id = c and l.event = e.id and l.leaf = e.leaf and l.place < signed.size)) then
    return null; end if;
  select jsonb_object_agg(x.action, x.n), sum(x.n) into told, n from (select e.action, count(*) as n from public.kernel_event e
     where e.customer_id = c and e.at >= low and e.at < high group by 1) x;
  select coalesce(jsonb_object_agg(x.promise, jsonb_build_object('measured', x.n, 'newest', x.newest, 'worst', x.worst)), '{}') into proof from (
    select v.promise, count(*) as n,
           (array_agg(v.shown order by v.measured_at desc))[1] as newest,
           (array_agg(v.shown order by v.bad desc, v.measured_at desc))[1] as worst
      from (select y.promise, y.measured_at, array_position(array['ok', 'due', 'unknown', 'broken'], y.state::text) as bad,
                   jsonb_build_object('state', y.state, 'figure', y.figure, 'at', y.measured_at, 'version', y.code_version) as shown
              from public.kernel_evidence y where y.customer_id = c
               and y.measured_at < to_timestamp(high / 1e6)) v group by 1) x;  -- older ones went with their own month
  select x.log_months into m from public.kernel_customer x where x.id = c;
  run := gen_random_uuid();
  insert into public.kernel_retention (id, customer_id, since, before, months, events, counts, evidence, checkpoint)
    values (run, c, low, high, m, n, told, proof,
      jsonb_build_object('size', signed.size, 'root', encode(signed.root, 'hex'), 'at', signed.at, 'note', signed.note));
  return run;
end $$;

-- At most `most` events of a frozen month; returns how many went. What went is noted in the same transaction.
create or replace function ht.forget_events(run uuid, most integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$  -- a part must not read the whole month
declare c uuid := ht.customer(); r record; ends bigint; n integer; told jsonb;
begin
  if most not between 1 and 10000 then raise exception 'most is 1 to 10000' using errcode = '22023'; end if;
  select x.since, x.before, (x.checkpoint->>'size')::bigint as size into r from public.kernel_retention x where x.customer_id = c and x.id = run;
  if not found then raise exception 'no such month was frozen' using errcode = '42501'; end if;
  ends := least(r.before, ht._month_of(ht.log_limit(c)));
  with oldest as materialized (select x.at, x.id, x.leaf from public.kernel_event x
      where x.customer_id = c and x.at >= r.since and x.at < ends order by x.at, x.id limit most),
   placed as materialized (select o.at, o.id from oldest o
      join public.kernel_leaf l on l.customer_id = c and l.event = o.id and l.leaf = o.leaf and l.place < r.size),
   gone as (delete from public.kernel_event e using placed t
      where e.customer_id = c and e.at >= r.since and e.at < ends and e.at = t.at and e.id = t.id returning e.action)
  select coalesce(sum(y.n), 0), coalesce(jsonb_object_agg(y.action, y.n), '{}') into n, told
    from (select gone.action, count(*) as n from gone group by 1) y;
  if n > 0 then perform ht._note(run, 'event', n, told); end if;
  return n;
end $$;

-- The month is done: its results of measurements go as well, and the protocol ends. False while an event of it is left.
create or replace function ht.end_forgetting(run uuid) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid := ht.customer(); r record; ends bigint; n integer;
begin
  select x.since, x.before into r from public.kernel_retention x where x.customer_id = c and x.id = run;
  if not found then raise exception 'no such month was frozen' using errcode = '42501'; end if;
  if exists (select from public.kernel_retentionpart p where p.customer_id = c and p.retention_id = run and p.kind = 'end') then return true; end if;
  ends := least(r.before, ht._month_of(ht.log_limit(c)));
  if ends < r.before or exists (select from public.kernel_event e where e.customer_id = c and e.at >= r.since and e.at < ends) then return false; end if;
  delete from public.kernel_evidence y where y.customer_id = c and y.measured_at < to_timestamp(ends / 1e6);
  get diagnostics n = row_count;
  if n > 0 then perform ht._note(run, 'evidence', n, '{}'); end if;
  perform ht._note(run, 'end', 0, '{}');
  return true;
end $$;

create or replace function ht._note(run uuid, what text, n bigint, told jsonb) returns void
  language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into public.kernel_retentionpart (id, customer_id, retention_id, kind, rows, counts)
    values (gen_random_uuid(), ht.customer(), run, what, n, told) $$;

-- What a feature's own cleaning removed of its own rows. It may say so of nothing that the database removes itself.
create or replace function ht.note_forgotten(what text, n bigint) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if what !~ '^[a-z]+\.[a-z_]{1,15}$' or n < 1 then raise exception 'not a feature''s own' using errcode = '42501'; end if;
  perform ht._note(null, what, n, '{}');
end $$;

-- Whatever else grows, at most `most` of each kind: answered searches after 31 days, sessions of people after the log's own
-- limit, tickets with their jobs and queue rows after 90 days; tries at the door after a day, with the supplier's ticket.
create or replace function ht.forget_rest(most integer) returns jsonb  -- public: triggers of the queue name its tables without
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  c uuid := ht.customer(); long timestamptz := ht.log_limit(c); short timestamptz := statement_timestamp() - interval '90 days';
  told jsonb := '{}'; n integer; m integer; k text; v text;
begin
  if most not between 1 and 10000 then raise exception 'most is 1 to 10000' using errcode = '22023'; end if;
  delete from public.kernel_storedsearch s where s.customer_id = c and s.id in (select x.id from public.kernel_storedsearch x
     where x.customer_id = c and x.made_at < statement_timestamp() - interval '31 days' limit most);
  get diagnostics n = row_count; told := told || jsonb_build_object('search', n);

  delete from public.kernel_session s where s.id in (select x.id from public.kernel_session x
     where x.customer_id = c and x.kind in ('person', 'door') and coalesce(x.ended_at, x.ends_at) < least(long, short) limit most);
  get diagnostics n = row_count; told := told || jsonb_build_object('session', n);

  with t as materialized (select x.id, x.queue_id from public.kernel_session x
     where x.customer_id = c and x.kind in ('job', 'periodic', 'operator') and coalesce(x.ended_at, x.ends_at) < short limit most),
   q as (delete from public.procrastinate_jobs p using t where p.id = t.queue_id and p.status not in ('todo', 'doing') returning p.id),
   s as (delete from public.kernel_session x using t where x.id = t.id and (t.queue_id is null or exists (select from q where q.id = t.queue_id)
     or not exists (select from public.procrastinate_jobs p where p.id = t.queue_id)) returning x.id)
  select (select count(*) from s), (select count(*) from q) into n, m;
  told := told || jsonb_build_object('ticket', n, 'queue', m);

  delete from public.kernel_job j where j.customer_id = c and j.id in (select x.id from public.kernel_job x
     where x.customer_id = c and coalesce(x.ended_at, x.made_at) < short limit most);
  get diagnostics n = row_count; told := told || jsonb_build_object('job', n);

  if exists (select from public.kernel_customer x where x.id = c and x.kind = 'supplier') then
    delete from public.kernel_throttle t where (t.scope, t.key) in (select x.scope, x.key from public.kernel_throttle x
       where x.started < statement_timestamp() - interval '1 day' limit most);
    get diagnostics n = row_count; told := told || jsonb_build_object('throttle', n);
  end if;

  for k, v in select * from jsonb_each_text(told) loop
    if v::integer > 0 then perform ht._note(null, k, v::integer, '{}'); else told := told - k; end if;
  end loop;
  return told;
end $$;

-- How long a customer keeps its log: chosen by those who govern it, between 6 and 120 months.
create or replace function ht.keep_log(chosen integer) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$ update public.kernel_customer set log_months = chosen where id = ht._for_governors() $$;

do $$ declare f text; begin
  foreach f in array array['ht.log_limit(uuid)', 'ht._month_of(timestamptz)', 'ht.begin_forgetting()', 'ht.forget_events(uuid, integer)',
      'ht.end_forgetting(uuid)', 'ht._note(uuid, text, bigint, jsonb)', 'ht.note_forgotten(text, bigint)', 'ht.forget_rest(integer)', 'ht.keep_log(integer)'] loop
    execute format('alter function %s owner to ht_keeper', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
end $$;
grant execute on function ht.begin_forgetting(), ht.forget_events(uuid, integer), ht.end_forgetting(uuid), ht.note_forgotten(text, bigint),
  ht.forget_rest(integer), ht.keep_log(integer) to heretask_app;
