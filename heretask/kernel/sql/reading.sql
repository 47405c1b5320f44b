-- Who has opened a citizen, however long the log is. An event tells of a citizen in one of two ways: in `citizen`, or among
-- the ids in `shown`. The index leaves out events whose object is their citizen: what they show beside it are notes and the
-- like, never somebody else (trace.py sees to that), and these are most of all events.
create index kernel_event_shown on kernel_event using gin (shown) with (fastupdate = on, gin_pending_list_limit = 65536)
  where shown <> '{}' and (citizen is null or object_id is distinct from citizen);

-- Array operators are not leakproof: under row-level security the index above would never be used. So this role, whom nobody
-- can sign in as, reads the few columns that are needed, and its one function compares the customer itself.
grant select (customer_id, at, id, citizen, object_id, shown) on kernel_event to ht_log_reader;
create policy reader on kernel_event for select to ht_log_reader using (true);

-- The places of the newest `most` events about a citizen, older than (before_at, before_id) and not older than `since`.
-- Month by month backwards, each statement inside one partition and planned with its very bounds: a plan made for any bounds
-- reads the month's primary key beside the index. In each month the index of ids shown is asked for at most `cap` events:
-- fewer, and its answer is complete. More, and the citizen is met often, so walking backwards through the customer's own
-- events fills the page soon; where even 20,000 of them do not, all of that month's are taken.
create or replace function ht.events_about(who uuid, before_at bigint, before_id uuid, since bigint, most integer)
  returns table (event_at bigint, event_id uuid) rows 50
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set enable_seqscan = off set plan_cache_mode = force_custom_plan as $$
declare
  c uuid := ht.customer(); cap constant integer := 2000; step constant integer := 2000; day constant bigint := 86400000000;
  tomorrow bigint := (extract(epoch from statement_timestamp()) * 1000000)::bigint + day;
  ats bigint[] := '{}'; ids uuid[] := '{}'; some_ats bigint[]; some_ids uuid[];
  low bigint; high bigint := before_at; first bigint; hits bigint; edge_at bigint; edge_id uuid; walked integer; seen integer;
begin
  if most not between 1 and 5000 then raise exception 'most is 1 to 5000' using errcode = '22023'; end if;
  if before_at > tomorrow then  -- a clock that went wrong must hide nothing
    select least(before_at, coalesce(max(e.at), tomorrow)) into high from public.kernel_event e where e.customer_id = c and e.at >= tomorrow;
  end if;
  high := high + 1;
  while high > since and cardinality(ats) < most loop
    low := greatest(since, (extract(epoch from date_trunc('month', to_timestamp((high - 1) / 1e6), 'UTC')) * 1000000)::bigint);
    -- what is found among the ids shown below is never what is found here, so both can be counted together
    select array_agg(x.at), array_agg(x.id) into some_ats, some_ids from (
      select e.at, e.id from public.kernel_event e where e.customer_id = c and e.citizen = who and e.at >= low and e.at < high
         and (e.at, e.id) < (before_at, before_id) order by e.at desc fetch first (most) rows with ties) x;
    ats := ats || some_ats; ids := ids || some_ids;
    with h as materialized (select e.customer_id, e.at, e.id from public.kernel_event e
       where e.at >= low and e.at < high and e.shown @> array[who] and e.shown <> '{}' and (e.citizen is null or e.object_id is distinct from e.citizen)
         and e.citizen is distinct from who and (e.at, e.id) < (before_at, before_id) limit cap + 1)
    select count(*), array_agg(h.at) filter (where h.customer_id = c), array_agg(h.id) filter (where h.customer_id = c)
      into hits, some_ats, some_ids from h;
    if hits <= cap then
      ats := ats || some_ats; ids := ids || some_ids;
    else
      edge_at := least(before_at, high); edge_id := case when before_at < high then before_id else '00000000-0000-0000-0000-000000000000' end;
      walked := 0; seen := 0;
      loop
        with y as materialized (select e.at, e.id, e.citizen, e.object_id, e.shown from public.kernel_event e
           where e.customer_id = c and e.at >= low and e.at <= edge_at and (e.at, e.id) < (edge_at, edge_id)
           order by e.at desc, e.id desc limit step)
        select count(*), array_agg(y.at) filter (where f.fits), array_agg(y.id) filter (where f.fits),
               min(y.at), (array_agg(y.id order by y.at, y.id))[1]
          into hits, some_ats, some_ids, edge_at, edge_id
          from y cross join lateral (select y.shown @> array[who] and (y.citizen is null or y.object_id is distinct from y.citizen)
            and y.citizen is distinct from who as fits) f;
        ats := ats || some_ats; ids := ids || some_ids;
        walked := walked + step; seen := seen + coalesce(cardinality(some_ats), 0);
        exit when hits < step or seen >= most or walked >= 20000;
      end loop;
      if hits = step and seen < most then
        with h as materialized (select e.customer_id, e.at, e.id from public.kernel_event e
           where e.at >= low and e.at < high and e.shown @> array[who] and e.shown <> '{}' and (e.citizen is null or e.object_id is distinct from e.citizen)
             and e.citizen is distinct from who and (e.at, e.id) < (edge_at, edge_id))
        select array_agg(h.at), array_agg(h.id) into some_ats, some_ids from h where h.customer_id = c;
        ats := ats || some_ats; ids := ids || some_ids;
      end if;
    end if;
    high := low;
    if first is null and cardinality(ats) < most then  -- the log's own beginning, asked for once and only where it is needed
      select coalesce(min(e.at), high) into first from public.kernel_event e where e.customer_id = c and e.at < high;
      since := greatest(since, first);
    end if;
  end loop;
  return query select u.a, u.i from unnest(ats, ids) u(a, i) order by 1 desc, 2 desc limit most;
end $$;
alter function ht.events_about(uuid, bigint, uuid, bigint, integer) owner to ht_log_reader;
revoke execute on function ht.events_about(uuid, bigint, uuid, bigint, integer) from public;
grant execute on function ht.events_about(uuid, bigint, uuid, bigint, integer) to heretask_app;
grant execute on function ht.customer() to ht_log_reader;

-- New entries of the index wait in a list that every search reads to its end; the clock empties it, so that no writer must.
create or replace function ht.tidy_log() returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(gin_clean_pending_list(i.indexrelid::regclass)), 0)::bigint
    from pg_inherits h join pg_index i on i.indrelid = h.inhrelid join pg_class x on x.oid = i.indexrelid
    join pg_am a on a.oid = x.relam and a.amname = 'gin'
   where h.inhparent = 'public.kernel_event'::regclass $$;
revoke execute on function ht.tidy_log() from public;
grant execute on function ht.tidy_log() to heretask_clock;

-- A customer's own choices about its log. The web may not write the customer's row; these functions may, for those who
-- govern the customer: whoever else has the web's credentials is refused here as well.
grant execute on function ht.customer(), ht.whose(text), ht.roles_of(uuid, uuid) to ht_keeper;
grant select (id, letter_names), update (letter_names) on kernel_customer to ht_keeper;
create policy keeper on kernel_customer to ht_keeper using (id = (select ht.customer())) with check (id = (select ht.customer()));

create or replace function ht._for_governors() returns uuid
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare w record := ht.whose(current_setting('ht.session', true));
begin
  if w.kind <> 'operator' and not exists (select from ht.roles_of(w.customer, w.person) r where r in ('administrator', 'management')) then
    raise exception 'those who govern the customer alone may choose this' using errcode = '42501'; end if;
  return w.customer;
end $$;

create or replace function ht.name_staff_in_letters(chosen boolean) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$ update public.kernel_customer set letter_names = chosen where id = ht._for_governors() $$;

do $$ declare f text; begin
  foreach f in array array['ht._for_governors()', 'ht.name_staff_in_letters(boolean)'] loop
    execute format('alter function %s owner to ht_keeper', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
end $$;
grant execute on function ht.name_staff_in_letters(boolean) to heretask_app;
