-- Passkeys, shared browsers and vouching: what the gate may do, and the one thing that the web may.
grant select, insert, update, delete on kernel_challenge to heretask_gate;

create policy gate on kernel_sharedbrowser for select to heretask_gate using (true);
grant select on kernel_sharedbrowser to heretask_gate;

-- A unit's name and who works there now, for the tiles of a shared browser.
grant select on kernel_unit to ht_door;
create policy door on kernel_unit for select to ht_door using (true);

create or replace function ht.crew(c uuid, place uuid, out name text, out people uuid[])
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select u.name, coalesce((select array_agg(distinct a.user_id) from public.kernel_assignment a
                            where a.customer_id = c and a.unit_id = place and a.ended_at is null
                              and (a.until is null or a.until >= current_date)), '{}')
    from public.kernel_unit u where u.customer_id = c and u.id = place and u.active $$;
alter function ht.crew(uuid, uuid) owner to ht_door;
revoke execute on function ht.crew(uuid, uuid) from public;
grant execute on function ht.crew(uuid, uuid) to heretask_gate;

-- Vouching is begun and used up at the door. The web reads it; that somebody vouches is written here, in the name of
-- the session and of nobody else, never for oneself, never twice by one person, and only while it is waited for.
revoke insert, update, delete on kernel_vouching from heretask_app;
create policy gate on kernel_vouching to heretask_gate using (true) with check (true);
grant select, insert, update on kernel_vouching to heretask_gate;
create policy door on kernel_vouching to ht_door using (customer_id = ht.customer()) with check (customer_id = ht.customer());
grant select, update on kernel_vouching to ht_door;

create or replace function ht.vouch(v uuid) returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record; n integer;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if w.kind <> 'person' or w.person is null then raise exception 'nobody vouches' using errcode = '42501'; end if;
  update public.kernel_vouching x
     set second_by = case when x.first_by is null then null else w.person end,
         second_at = case when x.first_by is null then null else clock_timestamp() end,
         first_by = coalesce(x.first_by, w.person), first_at = coalesce(x.first_at, clock_timestamp())
   where x.customer_id = w.customer and x.id = v and x.user_id <> w.person and x.second_by is null and x.used_at is null
     and x.first_by is distinct from w.person and x.until > clock_timestamp()
  returning case when x.second_by is null then 1 else 2 end into n;
  return coalesce(n, 0);
end $$;
alter function ht.vouch(uuid) owner to ht_door;
revoke execute on function ht.vouch(uuid) from public;
grant execute on function ht.vouch(uuid) to heretask_app;

-- Somebody has lost what they prove themselves with: their second factors go, and no browser remembers having seen one. Never one's
-- own, and never a manager's but at the server: whoever could, would be able to sign in as them. Returns how many there were.
grant select, delete on kernel_factor to ht_door;
grant select, update (second_factor_at) on kernel_browserperson to ht_door;
create or replace function ht.forget_factors(who uuid) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record; n bigint;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if w.person is not distinct from who or not exists (select from public.kernel_user u where u.customer_id = w.customer and u.id = who)
     or (ht.manages(w.customer, who) and not ht.at_the_server()) then
    raise exception 'these second factors stay' using errcode = '42501'; end if;
  update public.kernel_browserperson b set second_factor_at = null where b.user_id = who;
  with gone as (delete from public.kernel_factor f where f.customer_id = w.customer and f.user_id = who returning f.confirmed_at, f.kind)
  select count(*) filter (where confirmed_at is not null and kind <> 'recovery') into n from gone;
  return n;
end $$;
alter function ht.forget_factors(uuid) owner to ht_door;
revoke execute on function ht.forget_factors(uuid) from public;
grant execute on function ht.forget_factors(uuid) to heretask_app;
