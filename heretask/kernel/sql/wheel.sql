-- The annual wheel. Who handed a duty over stands in the row as the database knows it.
create trigger record_who before insert on system_wheel_assigned for each row execute function ht.record_who();

-- Only Management says who answers for a duty of the wheel and closes one, whatever way a person tries.
create or replace function ht.only_management_keeps_the_wheel() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  if exists (select from public.system_records_duty d where d.customer_id = new.customer_id and d.id = new.duty_id and d.entry_id is null) then
    select * into w from ht.whose(current_setting('ht.session', true));
    if w.kind = 'person' and not exists (select from ht.roles_of(w.customer, w.person) r(role) where r.role = 'management')
    then raise exception 'only Management closes duties of the wheel' using errcode = '42501'; end if;
  end if;
  return new;
end $$;
create trigger only_management_keeps_the_wheel before insert on system_wheel_assigned for each row execute function ht.only_management_keeps_the_wheel();
create trigger only_management_keeps_the_wheel before insert on system_records_closing for each row execute function ht.only_management_keeps_the_wheel();

revoke execute on function ht.only_management_keeps_the_wheel() from public;

-- The feed: an address without a session, for a calendar program. Which rule is due on which day, and no column with a word in it.
grant select on system_wheel_feed to ht_feed;
grant update (given, given_at, noted_at, ended_at) on system_wheel_feed to ht_feed;
grant select (customer_id, id, rule, entry_id, due_on, made_at) on system_records_duty to ht_feed;
grant select (customer_id, duty_id) on system_records_closing to ht_feed;
grant execute on function ht.roles_of(uuid, uuid) to ht_feed;
create policy feed on system_wheel_feed to ht_feed using (true) with check (true);
create policy feed on system_records_duty for select to ht_feed using (true);
create policy feed on system_records_closing for select to ht_feed using (true);

-- What is to be done, for who has this address, is of the supplier's staff still and may sign in. One row at least where the address lives.
create or replace function ht.wheel_feed(secret bytea) returns table (customer uuid, person uuid, feed uuid, noted boolean,
    danish boolean, duty uuid, rule text, due_on date, made_at timestamptz)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare f record; note boolean;
begin
  select x.id, x.customer_id, x.user_id, x.noted_at, u.language = 'da' as danish into f
    from public.system_wheel_feed x
    join public.kernel_customer c on c.id = x.customer_id and c.active
    join public.kernel_user u on u.customer_id = x.customer_id and u.id = x.user_id and u.active and u.suspended_at is null
   where x.token_hash = secret and x.ended_at is null for update of x;
  if not found or not exists (select from ht.roles_of(f.customer_id, f.user_id) r(role) where r.role in ('management', 'developer'))
  then return; end if;
  note := f.noted_at is null or f.noted_at < clock_timestamp() - interval '1 hour';
  update public.system_wheel_feed x set given = x.given + 1, given_at = clock_timestamp(),
      noted_at = case when note then clock_timestamp() else x.noted_at end
   where x.customer_id = f.customer_id and x.id = f.id;
  return query select f.customer_id, f.user_id, f.id, note, f.danish, a.id, a.rule, a.due_on, a.made_at
    from (values (1)) as one(x) left join (
      select d.id, d.rule::text, d.due_on, d.made_at from public.system_records_duty d
       where d.customer_id = f.customer_id and d.entry_id is null
         and not exists (select from public.system_records_closing k where k.customer_id = d.customer_id and k.duty_id = d.id)
       order by d.due_on limit 500) a on true;
end $$;
alter function ht.wheel_feed(bytea) owner to ht_feed;
revoke execute on function ht.wheel_feed(bytea) from public;
grant execute on function ht.wheel_feed(bytea) to heretask_gate;

-- The address ends with the login.
create or replace function ht.end_wheel_feed_with_login() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.system_wheel_feed x set ended_at = clock_timestamp()
   where x.customer_id = new.customer_id and x.user_id = new.id and x.ended_at is null;
  return null;
end $$;
alter function ht.end_wheel_feed_with_login() owner to ht_feed;
revoke execute on function ht.end_wheel_feed_with_login() from public;
create trigger end_wheel_feed_with_login after update of active on kernel_user for each row when (old.active and not new.active)
  execute function ht.end_wheel_feed_with_login();
