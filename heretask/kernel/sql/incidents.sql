-- Security incidents (BREACH-1). A report is one customer's row; Management reads those of all through functions that ask whose the
-- key of the session is. Moments and states are written here alone: the web may report, and note that the reporter has read the answer.
grant select, insert on platform_incidents_incident, platform_incidents_incidentstep to ht_incidents;
grant update (state, told_at, opened_at, opened_by, closed_at, answered_at) on platform_incidents_incident to ht_incidents;
grant select on kernel_customer, kernel_user to ht_incidents;
do $$ declare t text; begin
  foreach t in array array['platform_incidents_incident', 'platform_incidents_incidentstep'] loop
    execute format('drop policy if exists incidents on public.%I', t);
    execute format('create policy incidents on public.%I to ht_incidents using (true) with check (true)', t);
  end loop;
  foreach t in array array['kernel_customer', 'kernel_user'] loop
    execute format('drop policy if exists incidents on public.%I', t);
    execute format('create policy incidents on public.%I for select to ht_incidents using (true)', t);
  end loop;
end $$;
revoke insert on platform_incidents_incidentstep from heretask_app;
grant update (seen_at) on platform_incidents_incident to heretask_app;

-- The rules of a report, whoever writes.
create or replace function ht.guard_incident() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := clock_timestamp(); w record;
begin
  if tg_op = 'DELETE' then raise exception 'platform_incidents_incident only ever grows' using errcode = '42501'; end if;
  if tg_op = 'INSERT' then
    new.made_at := moment;
    if new.state <> 'reported' or num_nonnulls(new.told_at, new.opened_at, new.opened_by, new.closed_at, new.answered_at, new.seen_at) > 0 then
      raise exception 'reporting is all that is done here' using errcode = '42501'; end if;
    if current_user <> 'ht_incidents' then
      select * into w from ht.whose(current_setting('ht.session', true));
      if new.number <> '' or (w.kind <> 'operator' and (new.reporter_id is null or new.reporter_id is distinct from w.person)) then
        raise exception 'everybody reports for themselves' using errcode = '42501'; end if;
    end if;
    return new;
  end if;
  if (new.id, new.customer_id, new.reporter_id, new.page, new.what, new.noticed, new.number, new.word, new.made_at)
       is distinct from (old.id, old.customer_id, old.reporter_id, old.page, old.what, old.noticed, old.number, old.word, old.made_at)
     or (old.told_at is not null and new.told_at is distinct from old.told_at)
     or (old.opened_at is not null and (new.opened_at, new.opened_by) is distinct from (old.opened_at, old.opened_by))
     or (old.closed_at is not null and (new.closed_at, new.state) is distinct from (old.closed_at, old.state))
     or (old.state <> 'reported' and new.state = 'reported') then
    raise exception 'nothing of a report changes after it was said' using errcode = '42501'; end if;
  if current_user <> 'ht_incidents' then
    select * into w from ht.whose(current_setting('ht.session', true));
    if (new.state, new.told_at, new.opened_at, new.opened_by, new.closed_at, new.answered_at)
         is distinct from (old.state, old.told_at, old.opened_at, old.opened_by, old.closed_at, old.answered_at)
       or (w.kind <> 'operator' and old.reporter_id is distinct from w.person) then
      raise exception 'the reporter notes that they have read it, and nothing else' using errcode = '42501'; end if;
    new.seen_at := moment;
  end if;
  return new;
end $$;
drop trigger if exists append_only_row on platform_incidents_incident;
create trigger append_only_row before insert or update or delete on platform_incidents_incident for each row execute function ht.guard_incident();
grant execute on function ht.guard_incident() to heretask_app, ht_incidents;

-- Management is told at once, whoever wrote the report and however: a job of the supplier's in the same transaction.
create or replace function ht.tell_of_incident() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht._issue(c.id, null, 'periodic', 'incidents.tell', '{}', 'default', null, 15) from public.kernel_customer c where c.kind = 'supplier';
  return null;
end $$;
drop trigger if exists told_at_once on platform_incidents_incident;
create trigger told_at_once after insert on platform_incidents_incident for each row execute function ht.tell_of_incident();

-- That job says that it has told Management; how many reports there were. Nobody but the supplier's own periodic work may say so.
create or replace function ht.tell_incidents() returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record; n integer;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if w.kind not in ('periodic', 'operator') or not exists (select from public.kernel_customer c where c.id = w.customer and c.kind = 'supplier') then
    raise exception 'the supplier''s own work does this' using errcode = '42501'; end if;
  update public.platform_incidents_incident i set told_at = clock_timestamp() where i.told_at is null;
  get diagnostics n = row_count;
  return n;
end $$;

-- What waits and what was reported, everywhere: when and where, no word of it. Those not closed first, the newest of each.
create or replace function ht.incidents(h1 text, unopened boolean) returns table (id uuid, customer uuid, customer_name text, own boolean, signed_in boolean,
    page text, state text, made_at timestamptz, told_at timestamptz, opened_at timestamptz, closed_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.manager_of(h1);
  return query select i.id, i.customer_id, c.name::text, c.kind = 'supplier', i.reporter_id is not null, i.page::text, i.state::text, i.made_at, i.told_at,
      i.opened_at, i.closed_at
    from public.platform_incidents_incident i join public.kernel_customer c on c.id = i.customer_id
   where not unopened or i.opened_at is null order by i.closed_at is not null, i.made_at desc limit 200;
end $$;

-- Open one: the first time stops the clock. What is sealed stays so; the process opens it with its customer's key.
create or replace function ht.open_incident(h1 text, own uuid, step uuid, out customer uuid, out customer_name text, out supplier boolean, out reporter uuid,
    out reporter_name bytea, out user_name text, out page text, out what bytea, out noticed bytea, out number text, out state text, out made_at timestamptz,
    out told_at timestamptz, out opened_at timestamptz, out closed_at timestamptz, out first_time boolean)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; i public.platform_incidents_incident;
begin
  select * into m from ht.manager_of(h1);
  select * into i from public.platform_incidents_incident x where x.id = own for update;
  if not found then raise exception 'there is no such report' using errcode = '42501'; end if;
  first_time := i.opened_at is null;
  if first_time then
    update public.platform_incidents_incident x set opened_at = clock_timestamp(), opened_by = m.person, state = 'opened' where x.id = own returning x.* into i;
    insert into public.platform_incidents_incidentstep (id, customer_id, incident_id, kind, words, made_at)
      values (step, i.customer_id, own, 'opened', '', i.opened_at);
  end if;
  customer := i.customer_id; reporter := i.reporter_id; page := i.page; what := i.what; noticed := i.noticed; number := i.number; state := i.state;
  made_at := i.made_at; told_at := i.told_at; opened_at := i.opened_at; closed_at := i.closed_at;
  select c.name::text, c.kind = 'supplier' into customer_name, supplier from public.kernel_customer c where c.id = i.customer_id;
  select u.name, u.user_name::text into reporter_name, user_name from public.kernel_user u where u.customer_id = i.customer_id and u.id = i.reporter_id;
end $$;

-- Whose key it is that seals an answer.
create or replace function ht.incident_customer(h1 text, own uuid) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid;
begin
  perform ht.manager_of(h1);
  select i.customer_id into c from public.platform_incidents_incident i where i.id = own;
  if c is null then raise exception 'there is no such report' using errcode = '42501'; end if;
  return c;
end $$;

create or replace function ht.incident_steps(h1 text, own uuid) returns table (id uuid, kind text, words bytea, made_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.manager_of(h1);
  return query select s.id, s.kind::text, s.words, s.made_at from public.platform_incidents_incidentstep s where s.incident_id = own
    order by s.made_at, s.id limit 200;
end $$;

-- Say what becomes of one that was opened: looked into, answered, closed with a sentence; after that nothing more.
create or replace function ht.step_incident(h1 text, own uuid, step uuid, kind text, words bytea) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid; moment timestamptz := clock_timestamp();
begin
  perform ht.manager_of(h1);
  if kind not in ('looking', 'answered', 'closed') or (kind <> 'looking' and octet_length(words) < 30) then
    raise exception 'no such step' using errcode = '42501'; end if;
  update public.platform_incidents_incident i
     set state = case when step_incident.kind = 'closed' then 'closed' else 'looking' end,
         closed_at = case when step_incident.kind = 'closed' then moment end,
         answered_at = case when step_incident.kind = 'looking' then i.answered_at else moment end
   where i.id = own and i.opened_at is not null and i.closed_at is null
     and (step_incident.kind <> 'looking' or i.state = 'opened') returning i.customer_id into c;
  if c is null then raise exception 'it is closed, or was not opened' using errcode = '42501'; end if;
  insert into public.platform_incidents_incidentstep (id, customer_id, incident_id, kind, words, made_at)
    values (step, c, own, step_incident.kind, step_incident.words, moment);
  return c;
end $$;

-- Without a session: a report to the supplier, sealed under its key; found again by a number and the hash of a word.
create or replace function ht.report_outside(own uuid, number text, word bytea, what bytea, noticed bytea) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if report_outside.number !~ '^[0-9]{8}$' or octet_length(report_outside.word) <> 32 then
    raise exception 'a number and a word belong to it' using errcode = '42501'; end if;
  insert into public.platform_incidents_incident (id, customer_id, page, what, noticed, number, word, state)
    select own, c.id, '', report_outside.what, report_outside.noticed, report_outside.number, report_outside.word, 'reported'
      from public.kernel_customer c where c.kind = 'supplier';
end $$;

create or replace function ht.find_outside(number text, word bytea) returns table (id uuid, state text, made_at timestamptz, opened_at timestamptz,
    closed_at timestamptz, step uuid, kind text, words bytea, step_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select i.id, i.state::text, i.made_at, i.opened_at, i.closed_at, s.id, s.kind::text, s.words, s.made_at
    from public.kernel_customer c join public.platform_incidents_incident i on i.customer_id = c.id and i.number = find_outside.number
    left join public.platform_incidents_incidentstep s on s.customer_id = i.customer_id and s.incident_id = i.id
   where c.kind = 'supplier' and find_outside.number <> '' and i.word = find_outside.word order by s.made_at, s.id limit 200 $$;

-- Whether reports still lead to Management: asked by every customer's evidence.
create or replace function ht.incidents_are_told() returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_trigger t where t.tgrelid = 'public.platform_incidents_incident'::regclass and t.tgname = 'told_at_once' and t.tgenabled in ('O', 'A')
      and t.tgfoid = 'ht.tell_of_incident()'::regprocedure)
    and exists (select from ht.tasks t where t.name = 'incidents.tell') $$;

alter function ht.tell_of_incident() owner to ht_queue;
alter function ht.incidents_are_told() owner to ht_queue;
do $$ declare f text; begin
  foreach f in array array['tell_incidents()', 'incidents(text, boolean)', 'open_incident(text, uuid, uuid)', 'incident_steps(text, uuid)', 'incident_customer(text, uuid)',
      'step_incident(text, uuid, uuid, text, bytea)', 'report_outside(uuid, text, bytea, bytea, bytea)', 'find_outside(text, bytea)'] loop
    execute format('alter function ht.%s owner to ht_incidents', f);
    execute format('revoke execute on function ht.%s from public', f);
  end loop;
end $$;
revoke execute on function ht.guard_incident(), ht.tell_of_incident(), ht.incidents_are_told() from public;
grant execute on function ht.whose(text), ht.manager_of(text) to ht_incidents;
grant execute on function ht.tell_incidents(), ht.incidents_are_told() to heretask_app;
grant execute on function ht.incidents(text, boolean), ht.open_incident(text, uuid, uuid), ht.incident_steps(text, uuid), ht.incident_customer(text, uuid),
  ht.step_incident(text, uuid, uuid, text, bytea), ht.report_outside(uuid, text, bytea, bytea, bytea), ht.find_outside(text, bytea) to heretask_gate;
