-- The staff gates: dates and states of the supplier's staff register, for the gate, for the supplier's own pages, and for everybody's evidence.
grant select on system_records_entry, system_records_value, system_records_document, system_records_version, system_records_signature,
  system_records_duty, system_records_closing, system_staff_override to ht_door;
do $$ declare t text; begin
  foreach t in array array['system_records_entry', 'system_records_value', 'system_records_document', 'system_records_version',
      'system_records_signature', 'system_records_duty', 'system_records_closing', 'system_staff_override'] loop
    execute format('create policy door on %I for select to ht_door using (true)', t);
  end loop; end $$;

-- One row for each person on the register, and one for each open login of the supplier that is not on it. `who` null: everybody.
create or replace function ht.staff_rows(who uuid) returns table (entry uuid, login uuid, manager boolean, gates_from date, state text,
    hired_on date, employed_on date, left_on date, cleared_on date, signed_on date, version_on date, version_signed boolean,
    closing_on date, trained_on date, consulted_on date, check_lifted date, training_lifted date)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with own as (select c.id, (c.gates_from at time zone 'Europe/Copenhagen')::date as gates_from
                 from public.kernel_customer c where c.kind = 'supplier'),
  newest as (select distinct on (v.entry_id, v.field) v.entry_id, v.field, v.plain
               from public.system_records_value v join own on v.customer_id = own.id
               join public.system_records_entry e on e.customer_id = own.id and e.id = v.entry_id and e.register = 'staff'
              order by v.entry_id, v.field, v.number desc),
  person as (select n.entry_id, max(n.plain) filter (where n.field = 'login') as login,
               max(n.plain) filter (where n.field = 'state') as state, max(n.plain) filter (where n.field = 'hired_on') as hired_on,
               max(n.plain) filter (where n.field = 'employed_on') as employed_on, max(n.plain) filter (where n.field = 'left_on') as left_on,
               max(n.plain) filter (where n.field = 'cleared_on') as cleared_on
               from newest n group by n.entry_id),
  one as (select p.entry_id, coalesce(u.id, nullif(p.login, '')::uuid) as login, p.state, p.hired_on, p.employed_on, p.left_on, p.cleared_on
            from person p full join (select u.id from public.kernel_user u join own on u.customer_id = own.id where u.active) u
              on u.id = nullif(p.login, '')::uuid),
  version as (select v.id, (v.done_at at time zone 'Europe/Copenhagen')::date as on_day
                from public.system_records_version v join own on v.customer_id = own.id
                join public.system_records_document d on d.customer_id = own.id and d.id = v.document_id and d.key = 'confidentiality'
               order by v.number desc limit 1)
  select o.entry_id, o.login,
      exists (select from ht.roles_of((select own.id from own), o.login) r(role) where r.role = 'management'),
      own.gates_from, nullif(o.state, ''), nullif(o.hired_on, '')::date, nullif(o.employed_on, '')::date, nullif(o.left_on, '')::date,
      nullif(o.cleared_on, '')::date, s.signed_on, version.on_day, coalesce(s.current, false), s.closing_on, t.trained_on, t.consulted_on,
      l.check_lifted, l.training_lifted
    from one o cross join own left join version on true
    cross join lateral (
      select max(g.signed_on) filter (where g.how = 'signed') as signed_on, max(g.signed_on) filter (where g.how = 'closing') as closing_on,
          bool_or(g.how = 'signed' and g.version_id = version.id) as current
        from public.system_records_signature g
        join public.system_records_version v on v.customer_id = own.id and v.id = g.version_id
        join public.system_records_document d on d.customer_id = own.id and d.id = v.document_id and d.key = 'confidentiality'
       where g.customer_id = own.id and g.entry_id = o.entry_id) s
    cross join lateral (
      select max(c.done_on) filter (where d.rule = 'staff.training') as trained_on,
          max(c.done_on) filter (where d.rule = 'staff.consultation') as consulted_on
        from public.system_records_closing c join public.system_records_duty d on d.customer_id = own.id and d.id = c.duty_id
       where c.customer_id = own.id and d.entry_id = o.entry_id) t
    cross join lateral (
      select max(x.until) filter (where x.what = 'check') as check_lifted, max(x.until) filter (where x.what = 'training') as training_lifted
        from public.system_staff_override x where x.customer_id = own.id and x.entry_id = o.entry_id) l
   where who is null or o.login = who $$;

-- Of one login, for the gate. A login with two entries has what the worse of them allows: who has left comes first.
create or replace function ht.staff_facts(who uuid) returns table (manager boolean, gates_from date, state text, hired_on date,
    cleared_on date, signed_on date, trained_on date, check_lifted date, training_lifted date)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.manager, r.gates_from, r.state, r.hired_on, r.cleared_on, r.signed_on, r.trained_on, r.check_lifted, r.training_lifted
    from ht.staff_rows(who) r order by (r.state = 'left') desc nulls last, r.hired_on desc limit 1 $$;

-- The lock at the gate: the part of `kernel/staff/eligibility.py` that is about signing in, held equal to it by a test.
create or replace function ht.staff_may_sign_in(c uuid, who uuid, today date) returns boolean
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare f record;
begin
  if not exists (select from public.kernel_customer k where k.id = c and k.kind = 'supplier') then return true; end if;
  select * into f from ht.staff_facts(who);
  if not found or f.state = 'left' then return false; end if;
  if f.state is not null and f.hired_on <= today and f.cleared_on >= f.hired_on - 90 and f.signed_on >= f.hired_on - 90 then
    return f.manager or today <= (f.cleared_on + interval '12 months')::date or coalesce(today <= f.check_lifted, false);
  end if;
  return f.manager and today <= f.gates_from + 30;
end $$;

create or replace function ht.only_eligible_staff() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not ht.staff_may_sign_in(new.customer_id, new.user_id, (clock_timestamp() at time zone 'Europe/Copenhagen')::date)
  then raise exception 'the staff register does not let this person in' using errcode = '42501'; end if;
  return new;
end $$;
create trigger only_eligible_staff before insert on kernel_session for each row when (new.kind = 'person')
  execute function ht.only_eligible_staff();

-- Only Management puts people on the register and changes what stands there of them (STAFF-5); the operator at the server may too.
create or replace function ht.only_management_hires() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record; register text;
begin
  if tg_table_name = 'system_records_entry' then register := to_jsonb(new) ->> 'register';
  else select e.register into register from public.system_records_entry e where e.id = (to_jsonb(new) ->> 'entry_id')::uuid; end if;
  if register = 'staff' then
    select * into w from ht.whose(current_setting('ht.session', true));
    if w.kind <> 'operator' and not exists (select from ht.roles_of(w.customer, w.person) r(role) where r.role = 'management')
    then raise exception 'only Management keeps the staff register' using errcode = '42501'; end if;
  end if;
  return new;
end $$;
create trigger only_management_hires before insert on system_records_entry for each row execute function ht.only_management_hires();
create trigger only_management_hires before insert on system_records_value for each row execute function ht.only_management_hires();

-- Something overdue is let go on by both managers: one asked, the other approved exactly this person, duty and day. At the server the
-- operator may as long as there are not two managers who sign in, since nobody could approve then.
grant insert on system_staff_override to ht_board;
grant select (customer_id, user_id, first_used_at) on kernel_credential to ht_board;
create policy board on system_staff_override for insert to ht_board with check (true);
create or replace function ht.both_manage(c uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) >= 2 from public.kernel_credential k where k.customer_id = c and k.first_used_at is not null and ht.manages_now(c, k.user_id) $$;
create or replace function ht.let_go_on(h1 text, request uuid, own uuid, why bytea) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; said jsonb; today date := (clock_timestamp() at time zone 'Europe/Copenhagen')::date;
begin
  select * into m from ht.manager_of(h1);
  said := ht._use_approval(m.customer, m.person, let_go_on.request, 'staff.override');
  if (said->>'until')::date not between today and today + 30 then
    raise exception 'an override ends within 30 days' using errcode = '42501'; end if;
  insert into public.system_staff_override (id, customer_id, entry_id, what, until, why, asked_by_id, approved_by_id)
    select let_go_on.own, m.customer, (said->>'entry')::uuid, said->>'what', (said->>'until')::date, let_go_on.why, a.asked_by_id, a.approved_by_id
      from public.kernel_approval a where a.customer_id = m.customer and a.id = let_go_on.request;
end $$;
create or replace function ht.only_both_let_go_on() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user <> 'ht_board' and not (ht.at_the_server() and not ht.both_manage(new.customer_id)) then
    raise exception 'this takes both managers' using errcode = '42501'; end if;
  return new;
end $$;
create trigger only_both_let_go_on before insert on system_staff_override for each row execute function ht.only_both_let_go_on();
alter function ht.both_manage(uuid) owner to ht_board;
alter function ht.let_go_on(text, uuid, uuid, bytea) owner to ht_board;
revoke execute on function ht.both_manage(uuid), ht.let_go_on(text, uuid, uuid, bytea), ht.only_both_let_go_on() from public;
grant execute on function ht.let_go_on(text, uuid, uuid, bytea) to heretask_gate;
grant execute on function ht.both_manage(uuid) to heretask_app, heretask_owner, ht_board;

-- The supplier's own pages: everybody, in a session of the supplier alone.
create or replace function ht.own_staff() returns setof text
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select to_jsonb(r)::text from ht.staff_rows(null) r
   where (select c.kind from public.kernel_customer c where c.id = ht.customer()) = 'supplier' $$;

-- Every customer's evidence: dates and states without names and ids. `sign_ins` of 30 days that found no check on the register then,
-- `strangers` who put somebody on the register without being Management at that moment.
create or replace function ht.staff_figures(out people text, out sign_ins bigint, out unchecked bigint, out added bigint, out strangers bigint,
    out gates_from date)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with own as (select c.id, c.gates_from from public.kernel_customer c where c.kind = 'supplier'),
  began as (select s.user_id, s.made_at from public.kernel_session s join own on s.customer_id = own.id
             where s.kind = 'person' and s.made_at > greatest(own.gates_from, now() - interval '30 days')),
  entry as (select e.id, e.done_by, e.done_at from public.system_records_entry e join own on e.customer_id = own.id where e.register = 'staff')
  select (select coalesce(jsonb_agg(to_jsonb(r) - 'entry' - 'login' || jsonb_build_object('entry', r.entry is not null, 'login', r.login is not null)),
                          '[]')::text from ht.staff_rows(null) r),
    (select count(*) from began),
    (select count(*) from began b cross join own where not exists (
        select from public.system_records_value l join public.system_records_value v on v.customer_id = own.id and v.entry_id = l.entry_id
          where l.customer_id = own.id and l.field = 'login' and l.plain = b.user_id::text and v.field = 'cleared_on' and v.plain <> ''
            and v.done_at <= b.made_at)
       and not (b.made_at < own.gates_from + interval '31 days' and exists (
        select from public.kernel_assignment a where a.customer_id = own.id and a.user_id = b.user_id and a.role = 'management'))),
    (select count(*) from entry),
    (select count(*) from entry e cross join own where e.done_by is not null and not exists (
        select from public.kernel_assignment a where a.customer_id = own.id and a.user_id = e.done_by and a.role = 'management'
          and a.made_at <= e.done_at and (a.ended_at is null or a.ended_at > e.done_at))),
    (select (own.gates_from at time zone 'Europe/Copenhagen')::date from own) $$;

alter function ht.staff_rows(uuid) owner to ht_door;
alter function ht.staff_facts(uuid) owner to ht_door;
alter function ht.staff_may_sign_in(uuid, uuid, date) owner to ht_door;
alter function ht.only_management_hires() owner to ht_door;
alter function ht.own_staff() owner to ht_door;
alter function ht.staff_figures() owner to ht_door;
do $$ declare f text; begin
  foreach f in array array['staff_rows(uuid)', 'staff_facts(uuid)', 'staff_may_sign_in(uuid, uuid, date)', 'only_eligible_staff()',
      'only_management_hires()', 'own_staff()', 'staff_figures()'] loop
    execute format('revoke execute on function ht.%s from public', f);
  end loop; end $$;
grant execute on function ht.staff_facts(uuid), ht.staff_may_sign_in(uuid, uuid, date) to heretask_gate;
grant execute on function ht.own_staff(), ht.staff_figures() to heretask_app;
