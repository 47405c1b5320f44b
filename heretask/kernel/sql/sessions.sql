-- The session is the key to the rows. ht.session holds h1 = SHA-256(cookie) in hex; the table stores SHA-256(h1).
grant select on kernel_session, kernel_user, kernel_customer to ht_key;
create policy key on kernel_user for select to ht_key using (true);
create policy key on kernel_customer for select to ht_key using (true);

create or replace function ht.hashed(h1 text) returns bytea
  language sql immutable parallel safe set search_path = pg_catalog, pg_temp
  return sha256(case when h1 ~ '^[0-9a-f]{64}$' then decode(h1, 'hex') else '\x00'::bytea end);

-- Whose session this is; raises where none lives. Statement time, so that a long transaction cannot outlive the limit.
create or replace function ht.whose(h1 text, out customer uuid, out person uuid, out session uuid, out kind text)
  language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  select s.customer_id, s.user_id, s.id, s.kind into customer, person, session, kind
    from public.kernel_session s
    join public.kernel_customer c on c.id = s.customer_id and c.active
    left join public.kernel_user u on u.customer_id = s.customer_id and u.id = s.user_id
   where s.token_hash = sha256(case when h1 ~ '^[0-9a-f]{64}$' then decode(h1, 'hex') else '\x00'::bytea end)
     and s.kind <> 'door' and s.ended_at is null and s.ends_at > statement_timestamp()
     and (s.kind <> 'person' or s.last_act > statement_timestamp() - make_interval(secs => s.idle_limit))
     and (s.user_id is null or u.active);
  if customer is null then raise exception 'no live session' using errcode = '28000'; end if;
end $$;

create or replace function ht.customer() returns uuid
  language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin return (ht.whose(current_setting('ht.session', true))).customer; end $$;

create or replace function ht.enter(h1 text, out customer uuid, out person uuid, out session uuid, out kind text)
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('ht.session', coalesce(h1, ''), true);
  select w.customer, w.person, w.session, w.kind into customer, person, session, kind from ht.whose(h1) w;
end $$;

-- The gate's first statement of a request: the state of a session, touched when a person acted and 5 s have passed.
-- `ago`: how many seconds ago that act was, where a page tells of it later.
create or replace function ht.touch(h1 text, acted boolean, ago double precision, out state text, out id uuid, out kind text,
    out customer uuid, out person uuid, out browser uuid, out purpose text, out seconds_left double precision,
    out proved_at timestamptz, out second_factor_at timestamptz)
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s public.kernel_session; gap double precision; u_active boolean; moment timestamptz := clock_timestamp();
begin
  select * into s from public.kernel_session x where x.token_hash = ht.hashed(h1);
  if not found then state := 'none'; return; end if;
  id := s.id; kind := s.kind; customer := s.customer_id; person := s.user_id; browser := s.browser_id;
  purpose := s.purpose; proved_at := s.proved_at; second_factor_at := s.second_factor_at;
  if s.ended_at is not null then state := 'ended'; purpose := s.end_reason; return; end if;  -- why, for the door's sentence
  if s.user_id is not null then
    select u.active and c.active into u_active from public.kernel_user u
      join public.kernel_customer c on c.id = u.customer_id
     where u.customer_id = s.customer_id and u.id = s.user_id;
    if not coalesce(u_active, false) then state := 'deactivated'; return; end if;
  end if;
  gap := extract(epoch from moment - s.last_act);
  if gap >= s.idle_limit or s.ends_at <= moment then
    state := case when gap >= s.idle_limit then 'idle' else 'absolute' end;
    return;  -- the caller ends it, together with its event
  end if;
  if acted and gap - ago > 5 then  -- a session may end 5 s early, never late; parallel fragments do not queue
    update public.kernel_session x set last_act = greatest(x.last_act, moment - make_interval(secs => ago)),
        longest_gap = greatest(x.longest_gap, gap - ago)
      where x.id = (select y.id from public.kernel_session y where y.id = s.id for update skip locked);
    gap := ago;
  end if;
  state := 'live'; seconds_left := s.idle_limit - gap;
end $$;

-- Tries are counted before anything is hashed; all scopes or none. NULL means go on, else the scope that refused.
create or replace function ht.reserve(scopes text[], keys bytea[], limits integer[], span interval) returns text
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r record; n integer;
begin
  begin
    for r in select * from unnest(scopes, keys, limits) as u(s, k, l) order by 1, 2 loop
      insert into public.kernel_throttle as t (scope, key, started, tries) values (r.s, r.k, clock_timestamp(), 1)
        on conflict (scope, key) do update set
          tries = case when t.started < clock_timestamp() - span then 1 else t.tries + 1 end,
          started = case when t.started < clock_timestamp() - span then clock_timestamp() else t.started end
        where t.tries < r.l or t.started < clock_timestamp() - span
        returning tries into n;
      if n is null then raise exception using errcode = 'HT429', message = r.s; end if;
      n := null;
    end loop;
  exception when sqlstate 'HT429' then return sqlerrm; end;
  return null;
end $$;

-- What an administrator's page may do at the gate, without reading anything there.
grant select, insert, update on kernel_credential to ht_door;
grant select, update on kernel_session to ht_door;
grant select on kernel_user to ht_door;
create policy door on kernel_user for select to ht_door using (true);

create or replace function ht.give_password(person uuid, hash text, rule smallint, start_until timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid := ht.customer();
begin
  if not exists (select from public.kernel_user u where u.customer_id = c and u.id = person) then
    raise exception 'no such user' using errcode = '42501'; end if;
  insert into public.kernel_credential as k (id, customer_id, user_id, password, rule, start_until)
    values (gen_random_uuid(), c, person, hash, rule, start_until)
    on conflict (user_id) do update set password = excluded.password, rule = excluded.rule, set_at = clock_timestamp(),
      start_until = excluded.start_until, link_hash = null, link_until = null, first_used_at = null;
end $$;

create or replace function ht.give_link(person uuid, hash bytea, until timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid := ht.customer();
begin
  if not exists (select from public.kernel_user u where u.customer_id = c and u.id = person) then
    raise exception 'no such user' using errcode = '42501'; end if;
  insert into public.kernel_credential as k (id, customer_id, user_id, link_hash, link_until, password, rule)
    values (gen_random_uuid(), c, person, hash, until, '', 0)
    on conflict (user_id) do update set link_hash = excluded.link_hash, link_until = excluded.link_until,
      password = '', rule = 0, set_at = clock_timestamp(), start_until = null;
end $$;

-- End every live session of a user; returns which. Effective at their next statement.
create or replace function ht.end_sessions(who uuid, why text) returns uuid[]
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare ended uuid[];
begin
  with gone as (update public.kernel_session s set ended_at = clock_timestamp(), end_reason = why
     where s.customer_id = ht.customer() and s.user_id = who and s.ended_at is null and s.kind in ('person', 'door')
     returning s.id)
  select coalesce(array_agg(id), '{}') into ended from gone;
  return ended;
end $$;

-- Tickets for the operator at the server (command line, migrations, measuring): the owner alone may issue them.
create or replace function ht.operator_ticket(c uuid, h1 text, minutes integer, why text) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare s uuid := gen_random_uuid();
begin
  if minutes > 60 then raise exception 'a ticket lasts minutes'; end if;
  insert into public.kernel_session (id, token_hash, kind, customer_id, purpose, ends_at, idle_limit, longest_gap, end_reason, address, agent)
    values (s, ht.hashed(h1), 'operator', c, why, clock_timestamp() + make_interval(mins => minutes), 300, 0, '', '', '');
  return s;
end $$;
grant insert on kernel_session to ht_door;

create or replace function ht.end_ticket(h1 text) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$ update public.kernel_session set ended_at = clock_timestamp(), end_reason = 'done'
        where token_hash = ht.hashed(h1) and ended_at is null $$;

alter function ht.whose(text) owner to ht_key;
alter function ht.customer() owner to ht_key;
alter function ht.give_password(uuid, text, smallint, timestamptz) owner to ht_door;
alter function ht.give_link(uuid, bytea, timestamptz) owner to ht_door;
alter function ht.end_sessions(uuid, text) owner to ht_door;
alter function ht.operator_ticket(uuid, text, integer, text) owner to ht_door;
alter function ht.end_ticket(text) owner to ht_door;

do $$ declare f text; begin
  for f in select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'ht'::regnamespace loop
    execute format('revoke execute on function %s from public', f);
  end loop; end $$;
grant execute on function ht.hashed(text) to heretask_gate, ht_door, ht_key, ht_queue;
grant execute on function ht.whose(text) to heretask_app, heretask_owner, ht_key, ht_door, ht_queue;
grant execute on function ht.customer() to heretask_app, heretask_owner, ht_door, ht_queue;
grant execute on function ht.enter(text) to heretask_app, heretask_owner;
grant execute on function ht.touch(text, boolean, double precision) to heretask_gate;
grant execute on function ht.reserve(text[], bytea[], integer[], interval) to heretask_gate;
grant execute on function ht.give_password(uuid, text, smallint, timestamptz), ht.give_link(uuid, bytea, timestamptz),
  ht.end_sessions(uuid, text) to heretask_app;
grant execute on function ht.operator_ticket(uuid, text, integer, text), ht.end_ticket(text) to heretask_owner;
grant execute on function ht.refuse_change() to heretask_app, heretask_owner;

-- The gate's own tables, and what it may know of users and customers.
grant select, insert, update, delete on kernel_session, kernel_factor, kernel_browser, kernel_browserperson,
  kernel_throttle to heretask_gate;
grant select, update on kernel_credential to heretask_gate;
grant select on kernel_user, kernel_customer to heretask_gate;
create policy gate on kernel_user for select to heretask_gate using (true);
create policy gate on kernel_customer for select to heretask_gate using (true);
create policy tenant on kernel_customer to heretask_app using (id = (select ht.customer())) with check (id = (select ht.customer()));
create policy owner on kernel_customer to heretask_owner using (true) with check (true);
alter table kernel_customer enable row level security;
alter table kernel_customer force row level security;
grant select on kernel_customer to heretask_app;  -- kind and key of a customer are never the web's to change
grant select on django_migrations to heretask_app;

-- Which roles a user has now, for the gate's question whether a second factor is required.
create or replace function ht.roles_of(c uuid, person uuid) returns setof text
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.role from public.kernel_assignment a where a.customer_id = c and a.user_id = person and a.ended_at is null
    and (a.until is null or a.until >= current_date) $$;
grant select on kernel_assignment to ht_door;
create policy door on kernel_assignment for select to ht_door using (true);
alter function ht.roles_of(uuid, uuid) owner to ht_door;
revoke execute on function ht.roles_of(uuid, uuid) from public;
grant execute on function ht.roles_of(uuid, uuid) to heretask_gate;
