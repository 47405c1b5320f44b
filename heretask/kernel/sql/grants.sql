-- A supplier's access to one customer (ORG-2, ACCESS-3). One role, as which nobody can sign in, writes grants; its functions ask
-- whose the key of the session is. A session of kind 'grant' lives only while its grant runs: ht.whose, the key to every row, asks.
grant select on kernel_session, kernel_user, kernel_customer, kernel_assignment to ht_grants;
grant update (ended_at, end_reason) on kernel_session to ht_grants;
grant select, insert on kernel_grant, kernel_preapproval to ht_grants;
grant update (approved_by, approved_at, pre_approval_id, refused_by_id, refused_at, starts, ends_at, cut_at, cut_by_id, ended_at,
  seen_by_id, seen_at, judged_by_id, judged_at, judgement) on kernel_grant to ht_grants;
grant update (withdrawn_by_id, withdrawn_at) on kernel_preapproval to ht_grants;
do $$ declare t text; begin
  foreach t in array array['kernel_grant', 'kernel_preapproval'] loop
    execute format('drop policy if exists grants on public.%I', t);
    execute format('create policy grants on public.%I to ht_grants using (true) with check (true)', t);
  end loop;
  foreach t in array array['kernel_user', 'kernel_customer', 'kernel_assignment'] loop
    execute format('drop policy if exists grants on public.%I', t);
    execute format('create policy grants on public.%I for select to ht_grants using (true)', t);
  end loop;
end $$;
revoke insert on kernel_grant, kernel_preapproval from heretask_app;  -- the web reads them

-- What happened under a grant is read while it runs, every few seconds.
create index if not exists kernel_event_grant on kernel_event (customer_id, "grant", at) where "grant" is not null;

-- How it stands with one person's grant now: 'runs' and nothing else lets anybody in.
create or replace function ht.grant_state(own uuid, who uuid) returns text
  language sql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce((select case
      when g.cut_at is not null then 'cut'
      when g.ended_at is not null then 'handed back'
      when g.approved_at is null then 'not approved'
      when not u.active or not k.active then 'deactivated'
      when g.starts <= statement_timestamp() and g.ends_at > statement_timestamp() then 'runs'
      else 'over' end
    from public.kernel_grant g
    join public.kernel_user u on u.id = g.asked_user join public.kernel_customer k on k.id = u.customer_id and k.kind = 'supplier'
   where g.id = own and g.asked_user = who), 'none') $$;
alter function ht.grant_state(uuid, uuid) owner to ht_grants;
revoke execute on function ht.grant_state(uuid, uuid) from public;
grant execute on function ht.grant_state(uuid, uuid) to ht_key, ht_door, heretask_gate, heretask_app, heretask_owner;

-- As in guidelines.sql, and: a session under a grant lives only while the grant runs, and idles like a person's.
create or replace function ht.whose(h1 text, out customer uuid, out person uuid, out session uuid, out kind text)
  language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  select s.customer_id, s.user_id, s.id, s.kind into customer, person, session, kind
    from public.kernel_session s
    join public.kernel_customer c on c.id = s.customer_id and c.active
    left join public.kernel_user u on u.customer_id = s.customer_id and u.id = s.user_id
   where s.token_hash = sha256(case when h1 ~ '^[0-9a-f]{64}$' then decode(h1, 'hex') else '\x00'::bytea end)
     and s.kind <> 'door' and s.ended_at is null and s.ends_at > statement_timestamp()
     and (s.kind not in ('person', 'grant') or s.last_act > statement_timestamp() - make_interval(secs => s.idle_limit))
     and case when s.kind = 'grant' then ht.grant_state(s.grant_id, s.user_id) = 'runs' else s.user_id is null or u.active end
     and (s.kind <> 'person' or (c.work_from is null and c.networks = '{}')
       or ht.shut(c.work_from, c.work_until, c.work_days, c.networks, s.address) = '');
  if customer is null then raise exception 'no live session' using errcode = '28000'; end if;
end $$;

-- As in sessions.sql, and: of a session under a grant it says how that grant stands.
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
  if s.kind = 'grant' then
    select c.active into u_active from public.kernel_customer c where c.id = s.customer_id;
    state := case when u_active then ht.grant_state(s.grant_id, s.user_id) else 'deactivated' end;
    if state <> 'runs' then return; end if;
  elsif s.user_id is not null then
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

-- A session under a grant is begun only for the person and the customer of a grant that runs, and ends with it.
create or replace function ht.only_running_grants() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if (new.kind = 'grant') is distinct from (new.grant_id is not null) then raise exception 'a grant makes a session of kind grant' using errcode = '42501'; end if;
  if new.kind = 'grant' and (ht.grant_state(new.grant_id, new.user_id) <> 'runs' or not exists (
      select from public.kernel_grant g where g.id = new.grant_id and g.customer_id = new.customer_id and new.ends_at <= g.ends_at)) then
    raise exception 'no such grant runs' using errcode = '42501'; end if;
  return new;
end $$;
alter function ht.only_running_grants() owner to ht_grants;
drop trigger if exists only_running_grants on kernel_session;
create trigger only_running_grants before insert or update of kind, customer_id, user_id, grant_id, ends_at on kernel_session
  for each row when (new.kind = 'grant' or new.grant_id is not null) execute function ht.only_running_grants();

-- The rules of a grant, whoever writes: what was asked for never changes, each step once, in its time, by whom it belongs to.
create or replace function ht.guard_grant() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := clock_timestamp();
begin
  if tg_op = 'DELETE' then raise exception 'kernel_grant only ever grows' using errcode = '42501'; end if;
  if current_user <> 'ht_grants' then raise exception 'grants are made by their functions alone' using errcode = '42501'; end if;
  if tg_op = 'INSERT' then
    new.asked_at := moment; new.answer_until := moment + interval '1 hour';
    if num_nonnulls(new.refused_at, new.cut_at, new.ended_at, new.seen_at, new.judged_at) > 0 then
      raise exception 'asking is all that is done here' using errcode = '42501'; end if;
  else
    if (new.id, new.customer_id, new.asked_user, new.asked_name, new.scope, new.citizens, new.purpose, new.case_number, new.minutes)
         is distinct from (old.id, old.customer_id, old.asked_user, old.asked_name, old.scope, old.citizens, old.purpose, old.case_number, old.minutes)
       or (new.asked_at, new.answer_until, new.broken_glass, new.approval) is distinct from (old.asked_at, old.answer_until, old.broken_glass, old.approval)
       or (old.approved_at is not null and (new.approved_by, new.approved_at, new.pre_approval_id, new.starts, new.ends_at)
             is distinct from (old.approved_by, old.approved_at, old.pre_approval_id, old.starts, old.ends_at))
       or (old.refused_at is not null and (new.refused_at, new.approved_at) is distinct from (old.refused_at, old.approved_at))
       or (old.cut_at is not null and new.cut_at is distinct from old.cut_at)
       or (old.ended_at is not null and new.ended_at is distinct from old.ended_at)
       or (old.judged_at is not null and (new.judged_at, new.judged_by_id, new.judgement) is distinct from (old.judged_at, old.judged_by_id, old.judgement)) then
      raise exception 'nothing of a grant changes after it was said' using errcode = '42501'; end if;
  end if;
  if new.approved_by is not null and (tg_op = 'INSERT' or old.approved_by is null) then
    if tg_op = 'UPDATE' and moment > old.answer_until then raise exception 'this request has died' using errcode = '42501'; end if;
    if new.approved_by = new.asked_user or not (case when new.broken_glass then ht.manages_now((select k.id from public.kernel_customer k where k.kind = 'supplier'), new.approved_by)
         else exists (select from public.kernel_user u where u.customer_id = new.customer_id and u.id = new.approved_by and (u.active or new.pre_approval_id is not null)) end) then
      raise exception 'somebody of the customer approves, and never who asked' using errcode = '42501'; end if;
    new.approved_at := moment; new.starts := moment; new.ends_at := moment + make_interval(mins => new.minutes);
  end if;
  return new;
end $$;
drop trigger if exists append_only_row on kernel_grant;
create trigger append_only_row before insert or update or delete on kernel_grant for each row execute function ht.guard_grant();

create or replace function ht.guard_pre_approval() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and current_user = 'ht_grants' and old.withdrawn_at is null and new.withdrawn_at is not null
     and (new.id, new.customer_id, new.scope, new.minutes, new.until, new.made_by_id, new.made_at) is not distinct from
         (old.id, old.customer_id, old.scope, old.minutes, old.until, old.made_by_id, old.made_at) then return new; end if;
  raise exception 'kernel_preapproval only ever grows' using errcode = '42501';
end $$;
drop trigger if exists append_only_row on kernel_preapproval;
create trigger append_only_row before update or delete on kernel_preapproval for each row execute function ht.guard_pre_approval();

-- Who of the supplier's staff a key of a session belongs to: Developer or Management, in a session at the supplier's own.
create or replace function ht.asker_of(h1 text, out customer uuid, out person uuid, out full_name text, out manages boolean)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  select * into w from ht.whose(h1);
  select u.user_name || '@' || k.slug into full_name from public.kernel_user u join public.kernel_customer k on k.id = u.customer_id and k.kind = 'supplier'
   where u.customer_id = w.customer and u.id = w.person;
  if w.kind <> 'person' or full_name is null or not exists (select from ht.roles_of(w.customer, w.person) r(role) where r.role in ('developer', 'management')) then
    raise exception 'staff of the supplier alone may do this' using errcode = '42501'; end if;
  customer := w.customer; person := w.person; manages := ht.manages_now(w.customer, w.person);
end $$;

-- Which customers may be asked: what they are called, and whether they are open. No figure and no name of a person.
create or replace function ht.grant_customers(h1 text) returns table (id uuid, slug text, name text, active boolean)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.asker_of(h1);
  return query select k.id, k.slug::text, k.name::text, k.active from public.kernel_customer k where k.kind = 'provider' order by k.name;
end $$;

-- Ask. A standing answer of the customer's that covers it approves it in the same moment.
create or replace function ht.ask_grant(h1 text, own uuid, c uuid, scope text, citizens uuid[], purpose bytea, case_number text, minutes integer)
  returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record; p record;
begin
  select * into a from ht.asker_of(h1);
  if not exists (select from public.kernel_customer k where k.id = c and k.kind = 'provider' and k.active) or octet_length(purpose) < 30 then
    raise exception 'there is no such customer to ask' using errcode = '42501'; end if;
  select x.id, x.made_by_id into p from public.kernel_preapproval x
   where x.customer_id = c and x.scope = ask_grant.scope and x.minutes >= ask_grant.minutes and x.withdrawn_at is null
     and x.until > clock_timestamp() order by x.until desc limit 1;
  insert into public.kernel_grant (id, customer_id, asked_user, asked_name, scope, citizens, purpose, case_number, minutes, asked_at, answer_until,
      broken_glass, judgement, approved_by, pre_approval_id)
    values (own, c, a.person, a.full_name, ask_grant.scope, ask_grant.citizens, ask_grant.purpose, ask_grant.case_number, ask_grant.minutes,
      clock_timestamp(), clock_timestamp(), false, '', p.made_by_id, p.id);
  return p.id is not null;
end $$;

-- Both managers wanted it: a grant without the customer's answer, for who asked, of exactly the customer, scope and length asked for.
create or replace function ht.break_glass(h1 text, approval uuid, own uuid, purpose bytea) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record; said jsonb; asker uuid; other uuid;
begin
  select * into a from ht.asker_of(h1);
  if not a.manages then raise exception 'Management alone may do this' using errcode = '42501'; end if;
  select r.asked_by, r.approved_by into asker, other from ht._approval_people(a.customer, break_glass.approval) r;
  said := ht._use_approval(a.customer, a.person, break_glass.approval, 'access.glass');
  if asker <> a.person or not exists (select from public.kernel_customer k where k.id = (said->>'customer')::uuid and k.kind = 'provider' and k.active) then
    raise exception 'who asked for it enters' using errcode = '42501'; end if;
  insert into public.kernel_grant (id, customer_id, asked_user, asked_name, scope, citizens, purpose, case_number, minutes, asked_at, answer_until,
      broken_glass, approval, judgement, approved_by)
    values (own, (said->>'customer')::uuid, a.person, a.full_name, said->>'scope', '{}', break_glass.purpose, said->>'case_number', (said->>'minutes')::integer,
      clock_timestamp(), clock_timestamp(), true, break_glass.approval, '', other);
  return (said->>'customer')::uuid;
end $$;

create or replace function ht._approval_people(c uuid, own uuid) returns table (asked_by uuid, approved_by uuid)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.asked_by_id, a.approved_by_id from public.kernel_approval a where a.customer_id = c and a.id = own $$;

-- One's own grants of 30 days, Management's view of everybody's: when and how far, the purpose sealed under the customer's key.
create or replace function ht.my_grants(h1 text) returns table (id uuid, customer uuid, slug text, customer_name text, asked_name text, mine boolean, scope text,
    citizens uuid[], purpose bytea, case_number text, minutes integer, asked_at timestamptz, answer_until timestamptz, approved_at timestamptz,
    refused_at timestamptz, starts timestamptz, ends_at timestamptz, cut_at timestamptz, ended_at timestamptz, broken_glass boolean, state text)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record;
begin
  select * into a from ht.asker_of(h1);
  return query select g.id, g.customer_id, k.slug::text, k.name::text, g.asked_name::text, g.asked_user = a.person, g.scope::text, g.citizens, g.purpose,
      g.case_number::text, g.minutes::integer, g.asked_at, g.answer_until, g.approved_at, g.refused_at, g.starts, g.ends_at, g.cut_at, g.ended_at, g.broken_glass,
      ht.grant_state(g.id, g.asked_user)
    from public.kernel_grant g join public.kernel_customer k on k.id = g.customer_id
   where (g.asked_user = a.person or a.manages) and g.asked_at > clock_timestamp() - interval '30 days' order by g.asked_at desc limit 200;
end $$;

-- Hand a grant back before its time; every session under it is over.
create or replace function ht.hand_back_grant(h1 text, own uuid) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record; c uuid;
begin
  select * into a from ht.asker_of(h1);
  update public.kernel_grant g set ended_at = clock_timestamp() where g.id = own and g.asked_user = a.person and g.ended_at is null and g.cut_at is null
     and g.ends_at > clock_timestamp() returning g.customer_id into c;
  if c is null then raise exception 'no such grant runs' using errcode = '42501'; end if;
  update public.kernel_session s set ended_at = clock_timestamp(), end_reason = 'handed back' where s.grant_id = own and s.ended_at is null;
  return c;
end $$;

-- The person of the customer's in whose session the web asks; never the supplier's under a grant, never a job.
create or replace function ht._answering(out customer uuid, out person uuid)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if w.kind <> 'person' or w.person is null then raise exception 'somebody of the customer answers' using errcode = '42501'; end if;
  customer := w.customer; person := w.person;
end $$;

create or replace function ht.answer_grant(own uuid, yes boolean) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record;
begin
  select * into a from ht._answering();
  update public.kernel_grant g set approved_by = case when yes then a.person end,
      refused_by_id = case when not yes then a.person end, refused_at = case when not yes then clock_timestamp() end
   where g.customer_id = a.customer and g.id = own and g.approved_at is null and g.refused_at is null and g.answer_until > clock_timestamp();
  if not found then raise exception 'there is nothing to answer' using errcode = '42501'; end if;
end $$;

-- Cut a running grant off: its sessions end with this transaction, and none begins again.
create or replace function ht.cut_grant(own uuid) returns uuid[]
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record; ended uuid[];
begin
  select * into a from ht._answering();
  update public.kernel_grant g set cut_at = clock_timestamp(), cut_by_id = a.person
   where g.customer_id = a.customer and g.id = own and g.cut_at is null and g.ended_at is null and g.ends_at > clock_timestamp();
  if not found then raise exception 'no such grant runs' using errcode = '42501'; end if;
  with gone as (update public.kernel_session s set ended_at = clock_timestamp(), end_reason = 'cut'
     where s.grant_id = own and s.customer_id = a.customer and s.ended_at is null returning s.id)
  select coalesce(array_agg(gone.id), '{}') into ended from gone;
  return ended;
end $$;

create or replace function ht.see_grant(own uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record;
begin
  select * into a from ht._answering();
  update public.kernel_grant g set seen_by_id = a.person, seen_at = clock_timestamp()
   where g.customer_id = a.customer and g.id = own and g.seen_at is null;
end $$;

create or replace function ht.judge_grant(own uuid, words bytea) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record;
begin
  select * into a from ht._answering();
  update public.kernel_grant g set judged_by_id = a.person, judged_at = clock_timestamp(), judgement = words
   where g.customer_id = a.customer and g.id = own and g.broken_glass and g.judged_at is null;
  if not found then raise exception 'there is nothing to judge' using errcode = '42501'; end if;
end $$;

create or replace function ht.pre_approve(own uuid, scope text, minutes integer, until timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record;
begin
  select * into a from ht._answering();
  insert into public.kernel_preapproval (id, customer_id, scope, minutes, until, made_by_id, made_at)
    values (own, a.customer, pre_approve.scope, pre_approve.minutes, pre_approve.until, a.person, clock_timestamp());
end $$;

create or replace function ht.withdraw_pre_approval(own uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a record;
begin
  select * into a from ht._answering();
  update public.kernel_preapproval p set withdrawn_by_id = a.person, withdrawn_at = clock_timestamp()
   where p.customer_id = a.customer and p.id = own and p.withdrawn_at is null;
  if not found then raise exception 'it is withdrawn already' using errcode = '42501'; end if;
end $$;

-- The grant of this session, for whoever is inside under one.
create or replace function ht.my_grant() returns uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.grant_id from public.kernel_session s where s.id = (ht.whose(current_setting('ht.session', true))).session $$;

-- Which live sessions of this customer are under no running grant though they are not its own people's: ORG-2 counts them, 0.
create or replace function ht.standing_grants() returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from public.kernel_session s where s.customer_id = ht.customer() and s.kind in ('person', 'grant') and s.ended_at is null
     and s.ends_at > statement_timestamp() and s.user_id is not null
     and not exists (select from public.kernel_user u where u.customer_id = s.customer_id and u.id = s.user_id)
     and not (s.kind = 'grant' and ht.grant_state(s.grant_id, s.user_id) in ('runs', 'cut', 'over', 'handed back', 'deactivated')) $$;

grant select on kernel_grant to ht_door;
drop policy if exists door on kernel_grant;
create policy door on kernel_grant for select to ht_door using (true);

alter function ht._approval_people(uuid, uuid) owner to ht_board;
do $$ declare f text; begin
  foreach f in array array['asker_of(text)', 'grant_customers(text)', 'ask_grant(text, uuid, uuid, text, uuid[], bytea, text, integer)',
      'break_glass(text, uuid, uuid, bytea)', 'my_grants(text)', 'hand_back_grant(text, uuid)', '_answering()', 'answer_grant(uuid, boolean)',
      'cut_grant(uuid)', 'see_grant(uuid)', 'judge_grant(uuid, bytea)', 'pre_approve(uuid, text, integer, timestamptz)', 'withdraw_pre_approval(uuid)',
      'my_grant()', 'standing_grants()'] loop
    execute format('alter function ht.%s owner to ht_grants', f);
    execute format('revoke execute on function ht.%s from public', f);
  end loop; end $$;
revoke execute on function ht._approval_people(uuid, uuid), ht.guard_grant(), ht.guard_pre_approval(), ht.only_running_grants() from public;
grant execute on function ht.whose(text), ht.customer(), ht.roles_of(uuid, uuid), ht.manages_now(uuid, uuid), ht._use_approval(uuid, uuid, uuid, text),
  ht._approval_people(uuid, uuid) to ht_grants;
grant execute on function ht.grant_customers(text), ht.ask_grant(text, uuid, uuid, text, uuid[], bytea, text, integer), ht.break_glass(text, uuid, uuid, bytea),
  ht.my_grants(text), ht.hand_back_grant(text, uuid) to heretask_gate;
grant execute on function ht.answer_grant(uuid, boolean), ht.cut_grant(uuid), ht.see_grant(uuid), ht.judge_grant(uuid, bytea),
  ht.pre_approve(uuid, text, integer, timestamptz), ht.withdraw_pre_approval(uuid), ht.my_grant(), ht.standing_grants() to heretask_app;
grant execute on function ht.whose(text), ht.customer() to ht_grants;
