-- Cases of breaches (NOTIFY-1). A case is the supplier's row; a notice is the customer's. One role, as which nobody can sign in, holds what
-- goes across: it counts in every customer's log, puts notices there, and reads who has opened them. It never reads a word.
grant select on system_breaches_case, system_breaches_casereport, system_breaches_step, system_breaches_finding, system_breaches_draft,
  system_breaches_alarm to ht_breaches;
grant select, insert on system_breaches_touched, system_breaches_notice to ht_breaches;
grant select on system_breaches_receipt to ht_breaches;
grant select (id, customer_id, done_at, count) on admin_contacts_sheet to ht_breaches;
grant select (id, customer_id, made_at) on platform_incidents_incident to ht_breaches;
grant select (id, customer_id, erased_at) on social_citizens_citizen to ht_breaches;
grant select (id, customer_id, user_name) on kernel_user to ht_breaches;
grant select on kernel_customer, kernel_session to ht_breaches;
grant update (ended_at, end_reason) on kernel_session to ht_breaches;
grant select (customer_id, at, id, actor, session, "grant", action, citizen, shown, address) on kernel_event to ht_breaches;
do $$ declare t text; begin
  foreach t in array array['system_breaches_case', 'system_breaches_casereport', 'system_breaches_step', 'system_breaches_finding', 'system_breaches_draft',
      'system_breaches_alarm', 'system_breaches_receipt', 'admin_contacts_sheet', 'platform_incidents_incident', 'social_citizens_citizen', 'kernel_user',
      'kernel_customer', 'kernel_event'] loop
    execute format('drop policy if exists breaches on public.%I', t);
    execute format('create policy breaches on public.%I for select to ht_breaches using (true)', t);
  end loop;
  foreach t in array array['system_breaches_touched', 'system_breaches_notice'] loop
    execute format('drop policy if exists breaches on public.%I', t);
    execute format('create policy breaches on public.%I to ht_breaches using (true) with check (true)', t);
  end loop;
end $$;
revoke insert on system_breaches_touched, system_breaches_notice from heretask_app;  -- the web reads them

-- Who of Management a session or a job of theirs belongs to; raises where it is anybody else's.
create or replace function ht.breach_manager(h1 text, out customer uuid, out person uuid)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  select * into w from ht.whose(h1);
  if w.kind not in ('person', 'job') or w.person is null or not ht.manages_now(w.customer, w.person) then
    raise exception 'Management alone may do this' using errcode = '42501'; end if;
  customer := w.customer; person := w.person;
end $$;

-- When a case was reported: the earliest of what is known. The clock cannot go backwards, and nothing here can be written over.
create or replace function ht.breach_clock(c uuid, own uuid) returns timestamptz
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select least(k.reported_at, (select min(r.reported_at) from public.system_breaches_casereport r where r.customer_id = c and r.case_id = own))
    from public.system_breaches_case k where k.customer_id = c and k.id = own $$;

-- Every row of a case: written by Management, or by the supplier's own work; the database says who and when.
create or replace function ht.guard_breach() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := clock_timestamp(); w record; d record; k public.system_breaches_case; said jsonb := to_jsonb(new);
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if not exists (select from public.kernel_customer c where c.id = new.customer_id and c.kind = 'supplier')
     or (w.kind not in ('operator', 'periodic') and not (w.kind in ('person', 'job') and ht.manages_now(w.customer, w.person))) then
    raise exception 'Management alone keeps cases of breaches' using errcode = '42501'; end if;
  new.done_by := w.person; new.done_at := moment;
  if tg_table_name = 'system_breaches_case' then
    new.reported_at := least(coalesce(new.reported_at, moment), moment);  -- it may have been reported earlier, never later
    return new;
  end if;
  if tg_table_name = 'system_breaches_touched' then  -- who was not there yet when the whole was frozen is marked for ever
    new.afterwards := exists (select from public.system_breaches_step s where s.customer_id = new.customer_id and s.kind = 'scoped' and s.about = new.finding_id);
    return new;
  end if;
  if tg_table_name = 'system_breaches_finding' then new.until := least(new.until, moment); end if;  -- what is still to come cannot have been looked at
  select * into k from public.system_breaches_case x where x.customer_id = new.customer_id and x.id = (said->>'case_id')::uuid;
  if exists (select from public.system_breaches_step s where s.customer_id = new.customer_id and s.case_id = k.id and s.kind = 'closed') then
    raise exception 'this case is closed' using errcode = '42501'; end if;
  if tg_table_name = 'system_breaches_casereport' then
    select i.made_at into new.reported_at from public.platform_incidents_incident i where i.id = (said->>'report')::uuid;
    if new.reported_at is null or k.exercise then raise exception 'there is no such report' using errcode = '42501'; end if;
  end if;
  if tg_table_name = 'system_breaches_step' then
    if said->>'kind' = 'approved' then
      select x.done_by, x.done_at, x.digest, x.number into d from public.system_breaches_draft x
       where x.customer_id = new.customer_id and x.case_id = k.id and x.id = (said->>'about')::uuid;
      if d.digest is null or d.digest is distinct from said->>'digest'
         or exists (select from public.system_breaches_draft x where x.customer_id = new.customer_id and x.case_id = k.id and x.number > d.number) then
        raise exception 'what was read is approved, and nothing else' using errcode = '42501'; end if;
      if w.person is null or (w.person = d.done_by and (moment < d.done_at + interval '2 hours' or octet_length(new.words) < 50)) then
        raise exception 'the other of Management approves' using errcode = '42501'; end if;
    elsif said->>'kind' in ('reached', 'heard') and (w.person is null
        or not exists (select from public.kernel_customer c where c.id = (said->>'about')::uuid and c.kind = 'provider')) then
      raise exception 'somebody tells a customer' using errcode = '42501';
    elsif said->>'kind' in ('started', 'sent') and not ht.breach_approved(new.customer_id, k.id) then
      raise exception 'nothing is sent before it is approved' using errcode = '42501';
    end if;
  end if;
  return new;
end $$;

-- Whether the newest draft of a case is approved.
create or replace function ht.breach_approved(c uuid, own uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.system_breaches_step s join public.system_breaches_draft d on d.customer_id = c and d.id = s.about
    where s.customer_id = c and s.case_id = own and s.kind = 'approved' and s.digest = d.digest
      and d.number = (select max(x.number) from public.system_breaches_draft x where x.customer_id = c and x.case_id = own)) $$;

do $$ declare t text; begin
  foreach t in array array['case', 'casereport', 'step', 'finding', 'touched', 'draft', 'alarm'] loop
    execute format('drop trigger if exists guard_breach on system_breaches_%s', t);
    execute format('create trigger guard_breach before insert on system_breaches_%s for each row execute function ht.guard_breach()', t);
  end loop; end $$;

-- A receipt is of the session's own person, now; mail is noted by the customer's own work.
create or replace function ht.guard_receipt() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if (new.kind = 'posted') <> (w.kind in ('periodic', 'operator')) or (new.kind <> 'posted' and (w.kind <> 'person' or w.person is null)) then
    raise exception 'everybody reads for themselves' using errcode = '42501'; end if;
  new.done_by := w.person; new.done_at := clock_timestamp();
  return new;
end $$;
drop trigger if exists guard_receipt on system_breaches_receipt;
create trigger guard_receipt before insert on system_breaches_receipt for each row execute function ht.guard_receipt();

create or replace function ht.guard_sheet() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.done_by := (ht.whose(current_setting('ht.session', true))).person; new.done_at := clock_timestamp();
  return new;
end $$;
drop trigger if exists guard_sheet on admin_contacts_sheet;
create trigger guard_sheet before insert on admin_contacts_sheet for each row execute function ht.guard_sheet();

-- What of one customer's log belongs to a finding. `acts` are the actions by which data is seen, searched, handed out or changed.
create or replace function ht._breach_events(own uuid, c uuid, acts text[]) returns table (at bigint, action text, citizen uuid, shown uuid[])
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.at, e.action, e.citizen, e.shown from public.system_breaches_finding f join public.kernel_event e on e.customer_id = c
     and e.at >= (extract(epoch from f.since) * 1000000)::bigint and e.at < (extract(epoch from f.until) * 1000000)::bigint
   where f.id = own and e.action = any(acts) and case f.scope
       when 'user' then e.actor = f.target::uuid when 'session' then e.session = f.target::uuid when 'grant' then e."grant" = f.target::uuid
       when 'address' then e.address = f.target when 'customer' then c = f.target::uuid else false end $$;

-- Which citizens that are: named by an event, or among the ids it showed. Of everything it is everybody.
create or replace function ht._breach_citizens(own uuid, c uuid, acts text[]) returns uuid[]
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct x.id order by x.id), '{}') from (
    select e.citizen as id from ht._breach_events(own, c, acts) e where e.citizen is not null
    union select k.id from ht._breach_events(own, c, acts) e cross join lateral unnest(e.shown) s(id)
      join public.social_citizens_citizen k on k.customer_id = c and k.id = s.id
    union select k.id from public.social_citizens_citizen k join public.system_breaches_finding f on f.id = own and f.scope = 'everything'
     where k.customer_id = c and k.erased_at is null) x $$;

-- Compute one customer's part of a finding, once: numbers and a hash, never an id. In a session or a job of Management's.
create or replace function ht.compute_breach(own uuid, row_id uuid, c uuid, acts text[]) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; ids uuid[]; n bigint; told jsonb; first_at bigint; last_at bigint; everything boolean;
begin
  select * into m from ht.breach_manager(current_setting('ht.session', true));
  select f.scope = 'everything' into everything from public.system_breaches_finding f where f.customer_id = m.customer and f.id = own;
  if everything is null then raise exception 'there is no such finding' using errcode = '42501'; end if;
  if exists (select from public.system_breaches_touched t where t.finding_id = own and t.about = c) then return false; end if;
  ids := ht._breach_citizens(own, c, acts);
  select coalesce(sum(x.n), 0), coalesce(jsonb_object_agg(x.action, x.n), '{}'), min(x.a), max(x.z) into n, told, first_at, last_at
    from (select e.action, count(*) as n, min(e.at) as a, max(e.at) as z from ht._breach_events(own, c, acts) e group by e.action) x;
  insert into public.system_breaches_touched (id, customer_id, finding_id, about, touched, citizens, citizens_hash, events, actions, first_at, last_at)
    values (row_id, m.customer, own, c, everything or n > 0, cardinality(ids), encode(sha256(convert_to(array_to_string(ids, ','), 'UTF8')), 'hex'), n, told,
      to_timestamp(first_at / 1000000.0), to_timestamp(last_at / 1000000.0)) on conflict do nothing;
  return true;
end $$;

-- Put a notice at a customer, once: of a case whose newest draft is approved, and after its log was looked through for just that draft. The
-- citizens go from the log to the customer, past the supplier.
create or replace function ht.put_breach_notice(h1 text, own uuid, c uuid, of_case uuid, draft uuid, sealed bytea, acts text[]) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; t record; k public.system_breaches_case;
begin
  select * into m from ht.breach_manager(h1);
  select * into k from public.system_breaches_case x where x.customer_id = m.customer and x.id = put_breach_notice.of_case;
  if k.id is null or not ht.breach_approved(m.customer, k.id)
     or draft is distinct from (select d.id from public.system_breaches_draft d where d.customer_id = m.customer and d.case_id = k.id order by d.number desc limit 1)
     or not exists (select from public.kernel_customer x where x.id = c and x.kind = 'provider') then
    raise exception 'nothing is sent before it is approved' using errcode = '42501'; end if;
  select x.touched, x.finding_id into t from public.system_breaches_touched x join public.system_breaches_draft d on d.id = draft and d.finding_id = x.finding_id
   where x.customer_id = m.customer and x.about = c;
  if t.finding_id is null then raise exception 'nobody is told before it was looked at' using errcode = '42501'; end if;
  insert into public.system_breaches_notice (id, customer_id, of_case, exercise, touched, text, citizens, reported_at, made_at)
    values (own, c, k.id, k.exercise, t.touched, sealed,
      case when t.touched then ht._breach_citizens(t.finding_id, c, acts) else '{}' end, ht.breach_clock(m.customer, k.id), clock_timestamp())
    on conflict do nothing;
  if not found then return false; end if;
  perform ht._issue(c, null, 'periodic', 'breaches.tell', '{}', 'default', null, 15);
  return true;
end $$;

-- These two join all customers at once, when a thousand notices have just come that no statistics know of: never row by row.
-- Whom a case is to reach: every provider that was there when the last was told, and closed ones whose data is touched. `c` is the supplier.
create or replace function ht._breach_customers(c uuid, own uuid) returns table (id uuid, finding uuid)
  language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with over as (select min(s.done_at) as at from public.system_breaches_step s where s.customer_id = c and s.case_id = own and s.kind in ('sent', 'closed')),
  newest as (select d.finding_id from public.system_breaches_draft d where d.customer_id = c and d.case_id = own order by d.number desc limit 1)
  select k.id, (select n.finding_id from newest n) from public.kernel_customer k cross join over o
    left join public.system_breaches_notice n on n.customer_id = k.id and n.of_case = own
    left join public.system_breaches_touched t on t.customer_id = c and t.finding_id = (select n.finding_id from newest n) and t.about = k.id
   where k.kind = 'provider' and (n.id is not null or (k.active and (o.at is null or k.made_at <= o.at)) or (not k.active and t.touched)) $$;

-- The supplier's view of who has what: each customer that a case is to reach, with the moments, and the user name of who read it.
drop function if exists ht.breach_receipts(uuid);
create function ht.breach_receipts(own uuid) returns table (customer uuid, slug text, name text, active boolean, touched boolean, made_at timestamptz,
    posted_at timestamptz, letters integer, opened_at timestamptz, opened_by text, acknowledged_at timestamptz, acknowledged_by text, reached_at timestamptz,
    heard_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
declare w record;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if not exists (select from public.kernel_customer k where k.id = w.customer and k.kind = 'supplier')
     or (w.kind not in ('periodic', 'operator') and not (w.kind in ('person', 'job') and ht.manages_now(w.customer, w.person)))
     or not exists (select from public.system_breaches_case k where k.customer_id = w.customer and k.id = own) then
    raise exception 'Management alone may do this' using errcode = '42501'; end if;
  return query with hand as (select s.about, min(s.done_at) filter (where s.kind = 'reached') as reached, min(s.done_at) filter (where s.kind = 'heard') as heard
      from public.system_breaches_step s where s.customer_id = w.customer and s.case_id = own and s.kind in ('reached', 'heard') group by s.about),
    got as (select n.customer_id, min(n.made_at) as made, min(r.done_at) filter (where r.kind = 'posted') as posted, max(r.letters) filter (where r.kind = 'posted') as letters,
        min(r.done_at) filter (where r.kind = 'opened') as opened, (array_agg(r.done_by order by r.done_at) filter (where r.kind = 'opened'))[1] as opened_by,
        min(r.done_at) filter (where r.kind = 'acknowledged') as agreed, (array_agg(r.done_by order by r.done_at) filter (where r.kind = 'acknowledged'))[1] as agreed_by
      from public.system_breaches_notice n left join public.system_breaches_receipt r on r.customer_id = n.customer_id and r.notice_id = n.id
     where n.of_case = own group by n.customer_id)
    select k.id, k.slug::text, k.name::text, k.active, t.touched, g.made, g.posted, g.letters::integer,
      g.opened, (select u.user_name::text from public.kernel_user u where u.customer_id = k.id and u.id = g.opened_by),
      g.agreed, (select u.user_name::text from public.kernel_user u where u.customer_id = k.id and u.id = g.agreed_by), h.reached, h.heard
    from ht._breach_customers(w.customer, own) b join public.kernel_customer k on k.id = b.id
    left join public.system_breaches_touched t on t.customer_id = w.customer and t.finding_id = b.finding and t.about = k.id
    left join hand h on h.about = k.id
    left join got g on g.customer_id = k.id
   order by k.name, k.id;
end $$;

-- The same in three numbers for each of several cases: whom it is to reach, who was told, who has received it.
create or replace function ht.breach_counts(cases uuid[]) returns table (own uuid, "all" bigint, told bigint, received bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.id, count(r.customer), count(coalesce(r.made_at, r.reached_at)), count(coalesce(r.opened_at, r.acknowledged_at, r.heard_at))
    from unnest(cases) c(id) left join lateral ht.breach_receipts(c.id) r on true group by c.id $$;

-- Every customer's evidence: moments and numbers of each case, and how old the sheets of contacts are. No name, no word.
create or replace function ht.breach_figures(out cases text, out providers bigint, out sheets bigint, out gates_from date)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with own as (select c.id, c.gates_from from public.kernel_customer c where c.kind = 'supplier'),
  step as (select s.case_id, s.kind, s.done_at, s.about from public.system_breaches_step s join own on s.customer_id = own.id),
  one as (select k.id, k.exercise, ht.breach_clock(own.id, k.id) as reported_at, own.id as own,
      (select max(s.done_at) from step s where s.case_id = k.id and s.kind = 'dismissed') as dismissed_at,
      (select max(s.done_at) from step s where s.case_id = k.id and s.kind = 'assessed') as assessed_at,
      (select s.done_at from step s where s.case_id = k.id and s.kind = 'sent') as sent_at,
      (select s.done_at from step s where s.case_id = k.id and s.kind = 'received') as received_at,
      (select s.done_at from step s where s.case_id = k.id and s.kind = 'closed') as closed_at
      from public.system_breaches_case k join own on k.customer_id = own.id),
  told as (select o.id, count(*) as "all", count(x.told_at) as told, max(x.told_at) as last_at, count(x.receipt_at) as received, max(x.receipt_at) as receipt_at
      from one o cross join lateral ht._breach_customers(o.own, o.id) c
      left join public.system_breaches_notice n on n.customer_id = c.id and n.of_case = o.id
      left join (select s.case_id, s.about, min(s.done_at) filter (where s.kind = 'reached') as reached, min(s.done_at) filter (where s.kind = 'heard') as heard
         from step s where s.kind in ('reached', 'heard') group by s.case_id, s.about) r on r.case_id = o.id and r.about = c.id
      left join lateral (select least(n.made_at, r.reached) as told_at, least(r.heard, (select min(q.done_at) from public.system_breaches_receipt q
         where q.customer_id = c.id and q.notice_id = n.id and q.kind in ('opened', 'acknowledged'))) as receipt_at) x on true group by o.id)
  select (select coalesce(jsonb_agg((to_jsonb(o) - 'own' - 'id') || jsonb_build_object('all', coalesce(t."all", 0), 'told', coalesce(t.told, 0), 'last_at', t.last_at,
            'received', coalesce(t.received, 0), 'receipt_at', t.receipt_at) order by o.reported_at), '[]')::text from one o left join told t on t.id = o.id),
    (select count(*) from public.kernel_customer c where c.kind = 'provider' and c.active),
    (select count(*) from public.kernel_customer c where c.kind = 'provider' and c.active and exists (select from public.admin_contacts_sheet s
       where s.customer_id = c.id and s.count > 0 and s.done_at > now() - interval '12 months')),
    (select (own.gates_from at time zone 'Europe/Copenhagen')::date from own) $$;

-- Each minute in which a case is open and not everybody has received its notice, the supplier's own work looks at the clock; and each quarter
-- of an hour customers are given their work anew whose administrators were told of no notice: their ticket may have run out in a long queue.
create or replace function ht.tick_breaches(slot timestamptz) returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.system_breaches_case k where not exists (select from public.system_breaches_step s
      where s.customer_id = k.customer_id and s.case_id = k.id and s.kind in ('received', 'closed'))) then return 0; end if;
  if extract(minute from slot)::integer % 15 = 0 then
    perform ht._issue(n.customer_id, null, 'periodic', 'breaches.tell', '{}', 'default', null, 15)
      from public.system_breaches_notice n join public.kernel_customer k on k.id = n.customer_id and k.active
     where n.made_at < clock_timestamp() - interval '15 minutes' and not exists (select from public.system_breaches_receipt r
         where r.customer_id = n.customer_id and r.notice_id = n.id and r.kind = 'posted') group by n.customer_id;
  end if;
  return ht.tick_supplier('breaches.watch', slot, 5);
end $$;

-- Containment: end what somebody, or everybody of a customer, has open. A suspended login is closed by `ht.suspend`.
create or replace function ht.end_sessions_for_breach(h1 text, c uuid, who uuid) returns table (session uuid, person uuid)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record;
begin
  select * into m from ht.breach_manager(h1);
  if who is null and not exists (select from public.kernel_customer k where k.id = c and k.kind = 'provider') then
    raise exception 'of a customer' using errcode = '42501'; end if;
  return query update public.kernel_session s set ended_at = clock_timestamp(), end_reason = 'breach'
    where s.customer_id = c and (who is null or s.user_id = who) and s.user_id <> m.person and s.ended_at is null and s.kind in ('person', 'door', 'grant')
    returning s.id, s.user_id;
end $$;

-- And end the supplier's grants: at one customer, or everywhere.
create or replace function ht.end_grants_for_breach(h1 text, c uuid) returns table (own uuid, customer uuid)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.breach_manager(h1);
  return query with gone as (update public.kernel_grant g set ended_at = clock_timestamp()
      where (c is null or g.customer_id = c) and g.approved_at is not null and g.ended_at is null and g.cut_at is null and g.ends_at > clock_timestamp()
      returning g.id, g.customer_id),
    over as (update public.kernel_session s set ended_at = clock_timestamp(), end_reason = 'breach' from gone
      where s.grant_id = gone.id and s.customer_id = gone.customer_id and s.ended_at is null returning s.id)
    select gone.id, gone.customer_id from gone where (select count(*) from over) >= 0;
end $$;

do $$ declare f text; begin
  foreach f in array array['breach_manager(text)', 'breach_clock(uuid, uuid)', 'guard_breach()', 'breach_approved(uuid, uuid)', 'guard_receipt()', 'guard_sheet()',
      '_breach_events(uuid, uuid, text[])', '_breach_citizens(uuid, uuid, text[])', 'compute_breach(uuid, uuid, uuid, text[])',
      'put_breach_notice(text, uuid, uuid, uuid, uuid, bytea, text[])', '_breach_customers(uuid, uuid)', 'breach_receipts(uuid)', 'breach_counts(uuid[])', 'breach_figures()', 'tick_breaches(timestamptz)', 'end_sessions_for_breach(text, uuid, uuid)',
      'end_grants_for_breach(text, uuid)'] loop
    execute format('alter function ht.%s owner to %s', f, case when f like 'end_grants%' then 'ht_grants' else 'ht_breaches' end);
    execute format('revoke execute on function ht.%s from public', f);
  end loop; end $$;
grant execute on function ht.whose(text), ht.manages_now(uuid, uuid), ht._issue(uuid, uuid, text, text, jsonb, text, timestamptz, integer) to ht_breaches;
grant execute on function ht.tick_supplier(text, timestamptz, integer) to ht_breaches;
grant execute on function ht.tick_breaches(timestamptz) to heretask_clock;
grant execute on function ht.breach_manager(text) to ht_grants;
grant execute on function ht.compute_breach(uuid, uuid, uuid, text[]), ht.breach_receipts(uuid), ht.breach_counts(uuid[]), ht.breach_figures(), ht.breach_clock(uuid, uuid) to heretask_app;
grant execute on function ht.put_breach_notice(text, uuid, uuid, uuid, uuid, bytea, text[]), ht.end_sessions_for_breach(text, uuid, uuid),
  ht.end_grants_for_breach(text, uuid) to heretask_gate;
