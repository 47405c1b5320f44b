-- The customer's guidelines (LOGIN-5): enforced at the gate and by the key to the rows, changed by one function that holds
-- the floors; and the second lock that keeps the last administrator.

-- Whether it is within the hours in Copenhagen; hours that end before they begin go over midnight, into the next day.
create or replace function ht.within_hours(f time, u time, days text) returns boolean
  language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case when f is null or u is null then true
    when f < u then strpos(days, extract(isodow from t)::integer::text) > 0 and t::time >= f and t::time < u
    else (t::time >= f and strpos(days, extract(isodow from t)::integer::text) > 0)
      or (t::time < u and strpos(days, extract(isodow from t - interval '1 day')::integer::text) > 0) end
    from (select statement_timestamp() at time zone 'Europe/Copenhagen') n(t) $$;

-- Whether an address lies in one of the networks; what is no address lies in none.
create or replace function ht.within_networks(address text, networks text[]) returns boolean
  language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case when cardinality(networks) = 0 then true
    when address ~ '^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$' or address ~ '^[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}$'
      then exists (select from unnest(networks) n where address::inet <<= n::inet)
    else false end $$;

-- Why somebody may not be in now, 'hours' or 'network', or nothing.
create or replace function ht.shut(f time, u time, days text, networks text[], address text) returns text
  language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case when not ht.within_hours(f, u, days) then 'hours' when not ht.within_networks(address, networks) then 'network' else '' end $$;

-- The same for the gate, which knows the customer and where the request comes from.
create or replace function ht.shut_for(c uuid, address text) returns text
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select case when x.work_from is null and x.networks = '{}' then ''
     else ht.shut(x.work_from, x.work_until, x.work_days, x.networks, address) end from public.kernel_customer x where x.id = c), '') $$;

-- As before, and: a person's session opens nothing outside the customer's hours and networks.
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
     and (s.user_id is null or u.active)
     and (s.kind <> 'person' or (c.work_from is null and c.networks = '{}')
       or ht.shut(c.work_from, c.work_until, c.work_days, c.networks, s.address) = '');
  if customer is null then raise exception 'no live session' using errcode = '28000'; end if;
end $$;

-- Whether somebody has a right by a role that the customer made for itself.
create or replace function ht.own_role_allows(c uuid, person uuid, wanted text) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.kernel_assignment a
                   join public.kernel_ownrole o on o.customer_id = a.customer_id and o.id = a.own_id
                  where a.customer_id = c and a.user_id = person and a.ended_at is null
                    and (a.until is null or a.until >= current_date) and wanted = any(o.permissions)) $$;
alter function ht.own_role_allows(uuid, uuid, text) owner to ht_door;

-- Those who govern the customer, or who have this right by a role of the customer's own.
create or replace function ht._for_governors(wanted text) returns uuid
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare w record := ht.whose(current_setting('ht.session', true));
begin
  if w.kind <> 'operator' and not exists (select from ht.roles_of(w.customer, w.person) r where r in ('administrator', 'management'))
     and not ht.own_role_allows(w.customer, w.person, wanted) then
    raise exception 'those who govern the customer alone may choose this' using errcode = '42501'; end if;
  return w.customer;
end $$;
create or replace function ht.keep_log(chosen integer) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$ update public.kernel_customer set log_months = chosen where id = ht._for_governors('admin.retention:change') $$;
create or replace function ht.name_staff_in_letters(chosen boolean) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$ update public.kernel_customer set letter_names = chosen where id = ht._for_governors('admin.openings:choose') $$;

-- Whom such guidelines would meet: 'hours' and 'network' are out at once, 'password' and 'factor' must give more at their next
-- sign-in, of 'unplaced' nobody knows where they sign in from. `rules`: whether they are one of those who govern.
create or replace function ht._met_by(c uuid, length integer, second boolean, f time, u time, days text, nets text[])
  returns table (person uuid, why text, rules boolean)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with p as (select x.id, exists (select from public.kernel_assignment a where a.customer_id = c and a.user_id = x.id
        and a.role in ('administrator', 'management') and a.ended_at is null and (a.until is null or a.until >= current_date)) as rules,
      (select s.address from public.kernel_session s where s.customer_id = c and s.user_id = x.id and s.kind = 'person'
         and s.last_act > statement_timestamp() - interval '30 days' order by s.last_act desc limit 1) as address
    from public.kernel_user x where x.customer_id = c and x.active)
  select p.id, 'hours', p.rules from p where not ht.within_hours(f, u, days)
  union all select p.id, 'network', p.rules from p where p.address is not null and not ht.within_networks(p.address, nets)
  union all select p.id, 'unplaced', p.rules from p where p.address is null and cardinality(nets) > 0
  union all select p.id, 'password', p.rules from p join public.kernel_credential k on k.customer_id = c and k.user_id = p.id
     where k.password <> '' and k.start_until is null and k.length < _met_by.length
  union all select p.id, 'factor', p.rules from p where second and not exists (select from public.kernel_factor y
     where y.customer_id = c and y.user_id = p.id and y.kind <> 'recovery' and y.confirmed_at is not null) $$;
grant select (customer_id, user_id, kind, confirmed_at) on kernel_factor to ht_door;
alter function ht._met_by(uuid, integer, boolean, time, time, text, text[]) owner to ht_door;

create or replace function ht.met_by_guidelines(length integer, second boolean, f time, u time, days text, nets text[])
  returns table (person uuid, why text, rules boolean)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select * from ht._met_by(ht._for_governors('admin.guidelines:change'), length, second, f, u, days, nets) $$;

-- The one way to a customer's guidelines. Floors are constraints of the table; what is below a default needs the acceptance
-- that stands as the newest entry of that guideline's history; and one who governs must still get in.
create or replace function ht.set_guidelines(chosen_length integer, second boolean, idle integer, f time, u time, days text, nets text[]) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid := ht._for_governors('admin.guidelines:change'); one text;
begin
  perform pg_advisory_xact_lock(hashtext('rights ' || c::text));
  foreach one in array array_remove(array[case when not second then 'second_factor' end,
      case when chosen_length < case when second then 8 else 15 end then 'password_length' end], null) loop
    if not coalesce((select g.deviation and g.after = case one when 'second_factor' then 'off' else chosen_length::text end
         from public.kernel_guidelinechange g where g.customer_id = c and g.setting = one order by g.made_at desc, g.id desc limit 1), false) then
      raise exception 'nobody has accepted to go below the default of %', one using errcode = '42501'; end if;
  end loop;
  if exists (select from ht._governors(c)) and not exists (select from ht._governors(c) g where not exists (
       select from ht._met_by(c, chosen_length, second, f, u, days, nets) x where x.person = g and x.why in ('hours', 'network', 'unplaced'))) then
    raise exception 'nobody would be left who governs' using errcode = '42501'; end if;
  perform (select count(n::cidr) from unnest(nets) n);  -- raises where one is no network
  update public.kernel_customer set password_length = chosen_length, second_factor = second, idle_seconds = idle,
    work_from = f, work_until = u, work_days = days, networks = nets where id = c;
end $$;

create or replace function ht._governors(c uuid) returns setof uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct a.user_id from public.kernel_assignment a join public.kernel_user x on x.customer_id = a.customer_id and x.id = a.user_id and x.active
   where a.customer_id = c and a.role in ('administrator', 'management') and a.ended_at is null and (a.until is null or a.until >= current_date) $$;
alter function ht._governors(uuid) owner to ht_door;

grant update (password_length, second_factor, idle_seconds, work_from, work_until, work_days, networks),
  select (password_length, second_factor, idle_seconds, work_from, work_until, work_days, networks) on kernel_customer to ht_keeper;
grant select on kernel_guidelinechange to ht_keeper;
create policy keeper on kernel_guidelinechange for select to ht_keeper using (customer_id = (select ht.customer()));

-- The last administrator stays, whatever path leads to it: the end of a role, a last day set to it, a login closed. Asked
-- when the transaction ends, so that one may follow another in it, and one transaction after the other. A suspension by
-- Management alone may leave none for a while (ORG-3); and Management itself is guarded where its approvals are.
create or replace function ht._check_governed(c uuid, kind text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtext('rights ' || c::text));
  if not exists (select from public.kernel_assignment a join public.kernel_user x on x.customer_id = a.customer_id and x.id = a.user_id
       where a.customer_id = c and a.role = kind and a.ended_at is null and a.until is null and x.active) then
    raise exception 'the last % stays', kind using errcode = '23514'; end if;
end $$;
create or replace function ht.keep_governed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare k text;
begin
  if tg_table_name = 'kernel_assignment' then
    perform ht._check_governed(old.customer_id, old.role);
  elsif tg_op = 'DELETE' or new.suspended_at is null then
    for k in select distinct a.role from public.kernel_assignment a where a.customer_id = old.customer_id and a.user_id = old.id
        and a.role = 'administrator' and a.ended_at is null and a.until is null loop
      perform ht._check_governed(old.customer_id, k);
    end loop;
  end if;
  return null;
end $$;
alter function ht._check_governed(uuid, text) owner to ht_door;
alter function ht.keep_governed() owner to ht_door;

do $$ declare f text; begin
  foreach f in array array['ht._for_governors(text)', 'ht.keep_log(integer)', 'ht.name_staff_in_letters(boolean)',
      'ht.met_by_guidelines(integer, boolean, time, time, text, text[])', 'ht.set_guidelines(integer, boolean, integer, time, time, text, text[])'] loop
    execute format('alter function %s owner to ht_keeper', f);
  end loop;
  for f in select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'ht'::regnamespace and (p.proacl is null
      or exists (select from aclexplode(p.proacl) a where a.grantee = 0)) loop
    execute format('revoke execute on function %s from public', f);
  end loop;
end $$;
grant execute on function ht.within_hours(time, time, text), ht.within_networks(text, text[]), ht.shut(time, time, text, text[], text)
  to ht_key, ht_door, ht_keeper, heretask_gate;
grant execute on function ht.shut_for(uuid, text) to heretask_gate;
grant execute on function ht.own_role_allows(uuid, uuid, text), ht._met_by(uuid, integer, boolean, time, time, text, text[]), ht._governors(uuid) to ht_keeper;
grant execute on function ht.keep_governed() to heretask_owner;
grant execute on function ht.met_by_guidelines(integer, boolean, time, time, text, text[]),
  ht.set_guidelines(integer, boolean, integer, time, time, text, text[]), ht.keep_log(integer), ht.name_staff_in_letters(boolean) to heretask_app;

create constraint trigger keep_governed after update or delete on kernel_assignment deferrable initially deferred for each row
  when (old.role = 'administrator' and old.ended_at is null and old.until is null) execute function ht.keep_governed();
create constraint trigger keep_governed after update of active or delete on kernel_user deferrable initially deferred for each row
  when (old.active) execute function ht.keep_governed();
