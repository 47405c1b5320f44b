-- What takes both of Management (ORG-1), and what Management may do to customers and their logins (ORG-3). One role, as which
-- nobody can sign in, holds the rights; its functions are called at the gate, with the key of the manager's own session, so
-- that the role of the pages can reach none of this. Triggers hold the rules once more, whoever writes.
grant select on kernel_session, kernel_user, kernel_customer, kernel_assignment, kernel_approval, kernel_suspension to ht_board;
grant select (user_id, kind, confirmed_at) on kernel_factor to ht_board;
grant update (ended_at, end_reason) on kernel_session to ht_board;
grant insert on kernel_user, kernel_reservedname, kernel_assignment, kernel_credential, kernel_customer, kernel_approval, kernel_suspension to ht_board;
grant update (active, deactivated_at, suspended_at) on kernel_user to ht_board;
grant update (active) on kernel_customer to ht_board;
grant update (ended_at) on kernel_assignment to ht_board;
grant update (approved_by_id, approved_at, refused_by_id, refused_at, used_by_id, used_at) on kernel_approval to ht_board;
grant update (lifted_by, lifted_at) on kernel_suspension to ht_board;
do $$ declare t text; begin
  foreach t in array array['kernel_user', 'kernel_customer', 'kernel_reservedname', 'kernel_assignment', 'kernel_approval', 'kernel_suspension'] loop
    execute format('drop policy if exists board on public.%I', t);
    execute format('create policy board on public.%I to ht_board using (true) with check (true)', t);
  end loop;
end $$;
revoke insert on kernel_approval, kernel_suspension from heretask_app;  -- the web reads them

-- Whether somebody holds the role Management at the supplier now, whatever their login is called.
create or replace function ht.manages(c uuid, who uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.kernel_assignment a join public.kernel_customer k on k.id = a.customer_id and k.kind = 'supplier'
                  where a.customer_id = c and a.user_id = who and a.role = 'management' and a.ended_at is null
                    and (a.until is null or a.until >= current_date)) $$;

-- As above, with a login that is open.
create or replace function ht.manages_now(c uuid, who uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select ht.manages(c, who) and exists (select from public.kernel_user u where u.customer_id = c and u.id = who and u.active) $$;

-- Whether a change is made at the server: under the operator's ticket, which the owner alone gives out, or by a superuser.
create or replace function ht.at_the_server() returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare h1 text := coalesce(current_setting('ht.session', true), '');
begin
  if h1 = '' then return (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user); end if;
  return (ht.whose(h1)).kind = 'operator';
end $$;

-- Who of Management a key of a session belongs to; raises where it is anybody else's.
create or replace function ht.manager_of(h1 text, out customer uuid, out person uuid, out session uuid)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  select * into w from ht.whose(h1);
  if w.kind <> 'person' or w.person is null or not ht.manages_now(w.customer, w.person) then
    raise exception 'Management alone may do this' using errcode = '42501'; end if;
  customer := w.customer; person := w.person; session := w.session;
end $$;

-- The rules of a request, whoever writes: nothing of it changes after asking; each step once, in its time, by Management.
create or replace function ht.guard_approval() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare moment timestamptz := clock_timestamp(); said jsonb;
begin
  if tg_op = 'DELETE' then raise exception 'kernel_approval only ever grows' using errcode = '42501'; end if;
  if current_user <> 'ht_board' then raise exception 'approvals are made by their functions alone' using errcode = '42501'; end if;
  if tg_op = 'INSERT' then
    said := new.request::jsonb;
    new.asked_at := moment; new.digest := sha256(convert_to(new.request, 'UTF8'));
    new.waits_until := case when new.act = 'management.replace' then moment + interval '24 hours' end;
    new.ends_at := case when new.act = 'management.replace' then moment + interval '8 days' else moment + interval '24 hours' end;
    if said->>'act' is distinct from new.act or said->>'words' is distinct from encode(sha256(new.words), 'hex') then
      raise exception 'the request is not what was asked for' using errcode = '42501'; end if;
    if num_nonnulls(new.approved_by_id, new.approved_at, new.refused_by_id, new.refused_at, new.used_by_id, new.used_at) > 0
       or not ht.manages_now(new.customer_id, new.asked_by_id) then
      raise exception 'Management alone asks, and asking is not approving' using errcode = '42501'; end if;
    return new;
  end if;
  if (new.id, new.customer_id, new.act, new.request, new.digest, new.words, new.asked_by_id, new.asked_at, new.ends_at) is distinct from
     (old.id, old.customer_id, old.act, old.request, old.digest, old.words, old.asked_by_id, old.asked_at, old.ends_at)
     or new.waits_until is distinct from old.waits_until then
    raise exception 'nothing of a request changes after it was asked for' using errcode = '42501'; end if;
  if old.used_at is not null or old.refused_at is not null or moment >= old.ends_at then
    raise exception 'this request is over' using errcode = '42501'; end if;
  if new.approved_by_id is distinct from old.approved_by_id or new.approved_at is distinct from old.approved_at then
    if old.approved_by_id is not null or new.approved_by_id is null or new.approved_by_id = new.asked_by_id
       or not ht.manages_now(new.customer_id, new.approved_by_id) then
      raise exception 'the other of Management approves, once' using errcode = '42501'; end if;
    new.approved_at := moment;
  end if;
  if new.refused_by_id is distinct from old.refused_by_id or new.refused_at is distinct from old.refused_at then
    if new.refused_by_id is null or not ht.manages_now(new.customer_id, new.refused_by_id) then
      raise exception 'Management alone refuses' using errcode = '42501'; end if;
    new.refused_at := moment;
  end if;
  if new.used_by_id is distinct from old.used_by_id or new.used_at is distinct from old.used_at then
    if new.used_by_id is null or new.refused_at is not null or not ht.manages_now(new.customer_id, new.used_by_id)
       or not ht.manages_now(new.customer_id, new.asked_by_id)
       or (case when old.waits_until is null then old.approved_by_id is null or not ht.manages_now(new.customer_id, old.approved_by_id)
                else moment < old.waits_until end) then
      raise exception 'this request is not approved, or its time has not come' using errcode = '42501'; end if;
    new.used_at := moment;
  end if;
  return new;
end $$;
drop trigger if exists append_only_row on kernel_approval;
create trigger append_only_row before insert or update or delete on kernel_approval for each row execute function ht.guard_approval();

-- A suspension is made and lifted by its functions, once each; the rest of it stays as it was.
create or replace function ht.guard_suspension() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and current_user = 'ht_board' and old.lifted_at is null and new.lifted_at is not null and new.lifted_by is not null
     and (new.id, new.customer_id, new."user", new.words, new.was_open, new."by", new.at) is not distinct from
         (old.id, old.customer_id, old."user", old.words, old.was_open, old."by", old.at) then return new; end if;
  raise exception 'kernel_suspension only ever grows' using errcode = '42501';
end $$;
drop trigger if exists append_only_row on kernel_suspension;
create trigger append_only_row before update or delete on kernel_suspension for each row execute function ht.guard_suspension();

-- A login that the supplier has suspended is opened by nobody else, and a manager's is closed by nobody but these functions.
create or replace function ht.guard_login() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user = 'ht_board' then return coalesce(new, old); end if;
  if tg_op = 'INSERT' then
    if new.suspended_at is not null then raise exception 'Management alone suspends' using errcode = '42501'; end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if old.suspended_at is not null or (ht.manages(old.customer_id, old.id) and not ht.at_the_server()) then
      raise exception 'this login is kept' using errcode = '42501'; end if;
    return old;
  end if;
  if new.suspended_at is distinct from old.suspended_at or (old.suspended_at is not null and new.active) then
    raise exception 'suspended by the supplier' using errcode = '42501'; end if;
  if (new.active is distinct from old.active or new.id <> old.id) and ht.manages(old.customer_id, old.id) and not ht.at_the_server() then
    raise exception 'a manager is replaced, not closed' using errcode = '42501'; end if;
  return new;
end $$;
drop trigger if exists guard_login on kernel_user;
create trigger guard_login before insert or update of id, active, suspended_at or delete on kernel_user for each row execute function ht.guard_login();

-- The role Management: two at most, whoever writes; given at the server or by a replacement, and by no page.
create or replace function ht.guard_management() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare was boolean := tg_op <> 'INSERT' and old.role = 'management' and old.ended_at is null;
  now_is boolean := tg_op <> 'DELETE' and new.role = 'management' and new.ended_at is null; c uuid;
begin
  if not was and not now_is then return coalesce(new, old); end if;
  if current_user <> 'ht_board' and not ht.at_the_server() then
    raise exception 'a manager is made at the server, or replaced with 24 hours in between' using errcode = '42501'; end if;
  if now_is then
    c := new.customer_id;
    perform pg_advisory_xact_lock(hashtextextended('heretask management', 0));
    if (select count(distinct a.user_id) from public.kernel_assignment a where a.customer_id = c and a.role = 'management'
          and a.ended_at is null and a.id <> new.id and a.user_id <> new.user_id and (a.until is null or a.until >= current_date)) >= 2 then
      raise exception 'there are two managers already' using errcode = '42501'; end if;
  end if;
  return coalesce(new, old);
end $$;
drop trigger if exists guard_management on kernel_assignment;
create trigger guard_management before insert or update or delete on kernel_assignment for each row execute function ht.guard_management();

-- A way in for a manager comes from the server: one manager who gave it to the other could sign in as both.
create or replace function ht.guard_way_in() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user = 'ht_door' and ht.manages(new.customer_id, new.user_id) and not ht.at_the_server() then
    raise exception 'a manager''s way in comes from the server' using errcode = '42501'; end if;
  return new;
end $$;
drop trigger if exists guard_way_in on kernel_credential;
create trigger guard_way_in before insert or update on kernel_credential for each row execute function ht.guard_way_in();

-- Asking, approving, refusing. `request` and `words` are made by the program; what they mean is held by whoever uses them.
create or replace function ht.ask_approval(h1 text, own uuid, act text, request text, words bytea) returns timestamptz
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; said jsonb := request::jsonb; ends timestamptz;
begin
  select * into m from ht.manager_of(h1);
  perform pg_advisory_xact_lock(hashtextextended('heretask management', 0));
  if ask_approval.act not in ('customer.close', 'customer.reopen', 'keys.rotate', 'keys.outer', 'keys.retire', 'management.replace', 'staff.override', 'access.glass', 'database.open', 'management.code') then
    raise exception 'no such act' using errcode = '42501'; end if;
  if ask_approval.act = 'management.replace' then
    if (said->>'outgoing')::uuid = m.person or not ht.manages(m.customer, (said->>'outgoing')::uuid)
       or ht.manages(m.customer, (said->>'incoming')::uuid) or coalesce(said->>'minutes', '') = ''
       or not exists (select from public.kernel_user u where u.customer_id = m.customer and u.id = (said->>'incoming')::uuid and u.active)
       or exists (select from public.kernel_approval a where a.customer_id = m.customer and a.act = 'management.replace'
                   and a.used_at is null and a.refused_at is null and a.ends_at > clock_timestamp()) then
      raise exception 'the other manager is replaced, by one who has a login, by one request at a time' using errcode = '42501'; end if;
  elsif not exists (select from public.kernel_user u where u.customer_id = m.customer and u.id <> m.person and ht.manages_now(m.customer, u.id)) then
    raise exception 'there is no second manager' using errcode = '42501';
  end if;
  insert into public.kernel_approval (id, customer_id, act, request, digest, words, asked_by_id, asked_at, ends_at)
    values (own, m.customer, ask_approval.act, ask_approval.request, '', ask_approval.words, m.person, now(), now()) returning ends_at into ends;
  return ends;
end $$;

create or replace function ht.approve(h1 text, own uuid, seen bytea) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record;
begin
  select * into m from ht.manager_of(h1);
  update public.kernel_approval a set approved_by_id = m.person, approved_at = clock_timestamp()
    where a.customer_id = m.customer and a.id = own and a.digest = seen and a.approved_by_id is null;
  if not found then raise exception 'there is no such request to approve' using errcode = '42501'; end if;
end $$;

create or replace function ht.refuse_approval(h1 text, own uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record;
begin
  select * into m from ht.manager_of(h1);
  update public.kernel_approval a set refused_by_id = m.person, refused_at = clock_timestamp() where a.customer_id = m.customer and a.id = own;
  if not found then raise exception 'there is no such request' using errcode = '42501'; end if;
end $$;

-- Take an approved request to carry it out, once; what it says. For the functions below, which then do exactly that.
create or replace function ht._use_approval(c uuid, who uuid, own uuid, what text) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare said jsonb;
begin
  update public.kernel_approval a set used_by_id = who, used_at = clock_timestamp()
    where a.customer_id = c and a.id = own and a.act = what and a.used_at is null returning a.request::jsonb into said;
  if said is null then raise exception 'there is no such request to carry out' using errcode = '42501'; end if;
  return said;
end $$;

-- At the server: the operator, under a ticket of the supplier's, carries out what two people wanted there.
create or replace function ht.use_approval(own uuid, what text) returns text
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid := ht.customer();
begin
  if what not in ('keys.rotate', 'keys.outer', 'keys.retire', 'database.open', 'management.code') then raise exception 'not at the server' using errcode = '42501'; end if;
  return ht._use_approval(c, (select a.asked_by_id from public.kernel_approval a where a.customer_id = c and a.id = own), own, what)::text;
end $$;

-- A new customer, its first administrator, that role and a start password, all or nothing. The program made the ids, sealed the
-- name and wrapped the key under the outermost one; nothing here can touch a customer that exists.
create or replace function ht.found_customer(h1 text, c uuid, slug text, name text, wrapped bytea, person uuid, user_name text, sealed_name bytea,
    assignment uuid, hash text, rule smallint, until timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.manager_of(h1);
  if slug !~ '^[a-z][a-z0-9-]{1,39}$' or btrim(name) = '' or ht.key_generation(wrapped) is distinct from 1 or hash !~ '^argon2\$'
     or until > clock_timestamp() + interval '72 hours 1 minute' then
    raise exception 'this is no new customer' using errcode = '42501'; end if;
  insert into public.kernel_customer (id, kind, slug, name, wrapped_key, active, idle_seconds, password_length, second_factor,
      work_days, networks, log_months, letter_names, message_months)
    values (c, 'provider', found_customer.slug, found_customer.name, wrapped, true, 300, 8, true, '1234567', '{}', 13, false, 24);
  insert into public.kernel_reservedname (id, customer_id, user_name, "user") values (gen_random_uuid(), c, found_customer.user_name, person);
  insert into public.kernel_user (id, customer_id, user_name, name, active, language, theme) values (person, c, found_customer.user_name, sealed_name, true, 'da', '');
  insert into public.kernel_assignment (id, customer_id, user_id, role) values (assignment, c, person, 'administrator');
  insert into public.kernel_credential (id, customer_id, user_id, password, rule, start_until)
    values (gen_random_uuid(), c, person, hash, found_customer.rule, found_customer.until);
end $$;

-- Closing and opening a customer again: every session of it ends at its next statement, since ht.whose asks for `active`.
create or replace function ht.close_customer(h1 text, own uuid) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; c uuid;
begin
  select * into m from ht.manager_of(h1);
  c := (ht._use_approval(m.customer, m.person, own, 'customer.close')->>'customer')::uuid;
  update public.kernel_customer k set active = false where k.id = c and k.kind = 'provider' and k.active;
  if not found then raise exception 'there is no such customer to close' using errcode = '42501'; end if;
  return c;
end $$;

create or replace function ht.reopen_customer(h1 text, own uuid) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; c uuid;
begin
  select * into m from ht.manager_of(h1);
  c := (ht._use_approval(m.customer, m.person, own, 'customer.reopen')->>'customer')::uuid;
  update public.kernel_customer k set active = true where k.id = c and k.kind = 'provider' and not k.active;
  if not found then raise exception 'there is no such customer to open' using errcode = '42501'; end if;
  return c;
end $$;

-- All customers, as the supplier may know them: what they are called, how many logins, when somebody last signed in.
create or replace function ht.customers(h1 text) returns table (id uuid, slug text, name text, kind text, active boolean, made_at timestamptz,
    open_logins bigint, closed_logins bigint, suspended bigint, last_sign_in timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.manager_of(h1);
  return query select k.id, k.slug::text, k.name::text, k.kind::text, k.active, k.made_at,
      count(u.id) filter (where u.active), count(u.id) filter (where not u.active), count(u.id) filter (where u.suspended_at is not null),
      (select max(s.made_at) from public.kernel_session s where s.customer_id = k.id and s.kind = 'person')
    from public.kernel_customer k left join public.kernel_user u on u.customer_id = k.id
   where k.kind <> 'synthetic' group by k.id, k.slug, k.name, k.kind, k.active, k.made_at order by k.kind desc, k.name;
end $$;

-- One login by its whole name. There is no way to look through a customer's users.
create or replace function ht.find_login(h1 text, name text, of_customer text) returns table (customer uuid, customer_name text, person uuid,
    active boolean, suspended_at timestamptz, manages boolean)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.manager_of(h1);
  return query select k.id, k.name::text, u.id, u.active, u.suspended_at, ht.manages(k.id, u.id)
    from public.kernel_customer k join public.kernel_user u on u.customer_id = k.id
   where k.slug = of_customer and u.user_name = find_login.name and k.kind <> 'synthetic';
end $$;

-- Suspend a login: it closes, whatever its customer says, and its sessions end. Returns which.
create or replace function ht.suspend(h1 text, own uuid, c uuid, who uuid, words bytea) returns uuid[]
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; was boolean; ended uuid[];
begin
  perform pg_advisory_xact_lock(hashtextextended('heretask management', 0));  -- two managers cannot suspend each other at once
  select * into m from ht.manager_of(h1);
  if who = m.person then raise exception 'nobody suspends themselves' using errcode = '42501'; end if;
  select u.active into was from public.kernel_user u join public.kernel_customer k on k.id = u.customer_id and k.kind <> 'synthetic'
   where u.customer_id = c and u.id = who and u.suspended_at is null for update of u;
  if was is null then raise exception 'there is no such login to suspend' using errcode = '42501'; end if;
  update public.kernel_user u set active = false, suspended_at = clock_timestamp(), deactivated_at = case when was then clock_timestamp() else u.deactivated_at end
   where u.customer_id = c and u.id = who;
  insert into public.kernel_suspension (id, customer_id, "user", words, was_open, by, at) values (own, c, who, suspend.words, was, m.person, clock_timestamp());
  with gone as (update public.kernel_session s set ended_at = clock_timestamp(), end_reason = 'suspended'
     where s.customer_id = c and s.user_id = who and s.ended_at is null and s.kind in ('person', 'door') returning s.id)
  select coalesce(array_agg(gone.id), '{}') into ended from gone;
  return ended;
end $$;

create or replace function ht.lift_suspension(h1 text, own uuid) returns table (customer uuid, person uuid)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; s record;
begin
  select * into m from ht.manager_of(h1);
  update public.kernel_suspension x set lifted_by = m.person, lifted_at = clock_timestamp() where x.id = own and x.lifted_at is null
    returning x.customer_id, x."user", x.was_open into s;
  if not found then raise exception 'there is no such suspension to lift' using errcode = '42501'; end if;
  update public.kernel_user u set suspended_at = null, active = s.was_open, deactivated_at = case when s.was_open then null else u.deactivated_at end
   where u.customer_id = s.customer_id and u.id = s."user";
  return query select s.customer_id, s."user";
end $$;

create or replace function ht.suspensions(h1 text) returns table (id uuid, customer uuid, slug text, user_name text, words bytea, by uuid, at timestamptz,
    lifted_by uuid, lifted_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.manager_of(h1);
  return query select s.id, s.customer_id, k.slug::text, u.user_name::text, s.words, s."by", s.at, s.lifted_by, s.lifted_at from public.kernel_suspension s
    join public.kernel_customer k on k.id = s.customer_id join public.kernel_user u on u.customer_id = s.customer_id and u.id = s."user"
   order by s.lifted_at is not null, s.at desc limit 200;
end $$;

-- Replace a manager, when the 24 hours are over and nobody refused: the role goes from one to the other, and is never held by three.
create or replace function ht.replace_manager(h1 text, own uuid, assignment uuid, out gone uuid, out came uuid, out ended uuid[])
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare m record; said jsonb;
begin
  perform pg_advisory_xact_lock(hashtextextended('heretask management', 0));
  select * into m from ht.manager_of(h1);
  said := ht._use_approval(m.customer, m.person, own, 'management.replace');
  gone := (said->>'outgoing')::uuid; came := (said->>'incoming')::uuid;
  if gone = m.person or came = m.person or not ht.manages(m.customer, gone)
     or not exists (select from public.kernel_user u where u.customer_id = m.customer and u.id = came and u.active)
     or not exists (select from public.kernel_factor f where f.user_id = came and f.kind <> 'recovery' and f.confirmed_at is not null) then
    raise exception 'who is to come has signed in with a second factor first' using errcode = '42501'; end if;
  update public.kernel_assignment a set ended_at = clock_timestamp()
   where a.customer_id = m.customer and a.user_id = gone and a.role = 'management' and a.ended_at is null;
  insert into public.kernel_assignment (id, customer_id, user_id, role) values (assignment, m.customer, came, 'management');
  with over as (update public.kernel_session s set ended_at = clock_timestamp(), end_reason = 'replaced as manager'
     where s.customer_id = m.customer and s.user_id = gone and s.ended_at is null and s.kind in ('person', 'door') returning s.id)
  select coalesce(array_agg(over.id), '{}') into ended from over;
end $$;

-- What every customer may read of the supplier: that a manager is being replaced or was, by whom, and when.
create or replace function ht.supplier_news() returns table (outgoing text, incoming text, asker text, minutes text, asked_at timestamptz,
    waits_until timestamptz, refused_at timestamptz, used_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.customer();
  return query select a.request::jsonb->>'outgoing_name', a.request::jsonb->>'incoming_name', u.user_name || '@' || k.slug, a.request::jsonb->>'minutes',
      a.asked_at, a.waits_until, a.refused_at, a.used_at
    from public.kernel_approval a join public.kernel_user u on u.customer_id = a.customer_id and u.id = a.asked_by_id
    join public.kernel_customer k on k.id = a.customer_id
   where a.act = 'management.replace' and a.asked_at > statement_timestamp() - interval '30 days'
     and (a.used_at is not null or a.refused_at is not null or a.ends_at > statement_timestamp()) order by a.asked_at desc;
end $$;

-- Figures of the promises: how many managers, and whether any request was approved by who asked, or used without its right.
create or replace function ht.approval_facts(out managers bigint, out asked bigint, out used bigint, out own_approval bigint, out unapproved bigint,
    out changed bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select (select count(distinct a.user_id) from public.kernel_assignment a where ht.manages(a.customer_id, a.user_id)), count(*),
         count(*) filter (where p.used_at is not null),
         count(*) filter (where p.approved_by_id = p.asked_by_id),
         count(*) filter (where p.used_at is not null and (p.refused_at is not null or p.used_at >= p.ends_at
           or case when p.waits_until is null then p.approved_at is null or p.approved_at > p.used_at else p.used_at < p.waits_until end)),
         count(*) filter (where p.digest <> sha256(convert_to(p.request, 'UTF8')) or p.request::jsonb->>'words' is distinct from encode(sha256(p.words), 'hex'))
    from public.kernel_approval p $$;

do $$ declare f text; begin
  foreach f in array array['manages(uuid, uuid)', 'manages_now(uuid, uuid)', 'manager_of(text)', 'ask_approval(text, uuid, text, text, bytea)',
      'approve(text, uuid, bytea)', 'refuse_approval(text, uuid)', '_use_approval(uuid, uuid, uuid, text)', 'use_approval(uuid, text)',
      'found_customer(text, uuid, text, text, bytea, uuid, text, bytea, uuid, text, smallint, timestamptz)', 'close_customer(text, uuid)',
      'reopen_customer(text, uuid)', 'customers(text)', 'find_login(text, text, text)', 'suspend(text, uuid, uuid, uuid, bytea)',
      'lift_suspension(text, uuid)', 'suspensions(text)', 'replace_manager(text, uuid, uuid)', 'supplier_news()', 'approval_facts()'] loop
    execute format('alter function ht.%s owner to ht_board', f);
    execute format('revoke execute on function ht.%s from public', f);
  end loop;
end $$;
revoke execute on function ht.at_the_server(), ht.guard_approval(), ht.guard_suspension(), ht.guard_login(), ht.guard_management(), ht.guard_way_in() from public;
grant execute on function ht.manages(uuid, uuid), ht.at_the_server() to heretask_app, heretask_owner, heretask_gate, ht_door;
grant execute on function ht.whose(text), ht.customer(), ht.key_generation(bytea), ht.at_the_server() to ht_board;
grant execute on function ht.ask_approval(text, uuid, text, text, bytea), ht.approve(text, uuid, bytea), ht.refuse_approval(text, uuid),
  ht.found_customer(text, uuid, text, text, bytea, uuid, text, bytea, uuid, text, smallint, timestamptz), ht.close_customer(text, uuid),
  ht.reopen_customer(text, uuid), ht.customers(text), ht.find_login(text, text, text), ht.suspend(text, uuid, uuid, uuid, bytea),
  ht.lift_suspension(text, uuid), ht.suspensions(text), ht.replace_manager(text, uuid, uuid) to heretask_gate;
grant execute on function ht.approval_facts() to heretask_gate, heretask_app;
grant execute on function ht.supplier_news() to heretask_app;
grant execute on function ht.use_approval(uuid, text) to heretask_owner;
