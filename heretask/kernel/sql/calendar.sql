-- The calendar's feed: an address without a session, for a calendar program. The role that owns its function may know times, who takes
-- part, and whether a login is open; there is no column with a word in it among what it may read. What it gives: feeds.sql.
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
