-- The calendar's feed: an address without a session, for a calendar program. The role that owns its function may know times, who takes
-- part, and whether a login is open; there is no column with a word in it among what it may read, nor among what it gives.
grant select on platform_calendar_feed to ht_feed;
grant update (given, given_at, noted_at, ended_at) on platform_calendar_feed to ht_feed;
grant select (customer_id, appointment_id, user_id) on platform_calendar_participant to ht_feed;
grant select (customer_id, id, starts_at, ends_at, timed, changed_at, cancelled_at) on platform_calendar_appointment to ht_feed;
grant select (customer_id, id, active, suspended_at, language) on kernel_user to ht_feed;
grant select (id, active) on kernel_customer to ht_feed;
create policy feed on platform_calendar_feed to ht_feed using (true) with check (true);
create policy feed on platform_calendar_participant for select to ht_feed using (true);
create policy feed on platform_calendar_appointment for select to ht_feed using (true);
create policy feed on kernel_user for select to ht_feed using (true);
create policy feed on kernel_customer for select to ht_feed using (true);

-- When the owner of an address is busy, by the hash of its secret: a month back, 400 days ahead. One row at least where the address
-- lives, none where it does not. `noted`: whether the log has to say so, which it does at most once an hour for each address.
create or replace function ht.calendar_feed(secret bytea) returns table (customer uuid, person uuid, feed uuid, noted boolean,
    danish boolean, appointment uuid, starts_at timestamptz, ends_at timestamptz, timed boolean, changed_at timestamptz)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare f record; note boolean;
begin
  select x.id, x.customer_id, x.user_id, x.noted_at, u.language = 'da' as danish into f
    from public.platform_calendar_feed x
    join public.kernel_customer c on c.id = x.customer_id and c.active
    join public.kernel_user u on u.customer_id = x.customer_id and u.id = x.user_id and u.active and u.suspended_at is null
   where x.token_hash = secret and x.ended_at is null for update of x;
  if not found then return; end if;
  note := f.noted_at is null or f.noted_at < clock_timestamp() - interval '1 hour';
  update public.platform_calendar_feed x set given = x.given + 1, given_at = clock_timestamp(),
      noted_at = case when note then clock_timestamp() else x.noted_at end
   where x.customer_id = f.customer_id and x.id = f.id;
  return query select f.customer_id, f.user_id, f.id, note, f.danish, a.id, a.starts_at, a.ends_at, a.timed, a.changed_at
    from (values (1)) as one(x) left join (
      select p.id, p.starts_at, p.ends_at, p.timed, p.changed_at from public.platform_calendar_participant q
        join public.platform_calendar_appointment p on p.customer_id = q.customer_id and p.id = q.appointment_id
       where q.customer_id = f.customer_id and q.user_id = f.user_id and p.cancelled_at is null
         and p.starts_at between now() - interval '62 days' and now() + interval '400 days' and p.ends_at > now() - interval '31 days'
       order by p.starts_at limit 2000) a on true;
end $$;
alter function ht.calendar_feed(bytea) owner to ht_feed;
revoke execute on function ht.calendar_feed(bytea) from public;
grant execute on function ht.calendar_feed(bytea) to heretask_gate;

-- The address ends with the login: who comes back makes a new one.
create or replace function ht.end_feed_with_login() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.platform_calendar_feed x set ended_at = clock_timestamp()
   where x.customer_id = new.customer_id and x.user_id = new.id and x.ended_at is null;
  return null;
end $$;
alter function ht.end_feed_with_login() owner to ht_feed;
revoke execute on function ht.end_feed_with_login() from public;
create trigger end_feed_with_login after update of active on kernel_user for each row when (old.active and not new.active)
  execute function ht.end_feed_with_login();
