-- What goes out by mail. A row holds a letter's key and what is put into its places: ids, numbers of up to nine digits, dates
-- and hashes. A word, a name or a CPR number is none of these, so none can be kept for a mail, whoever writes the row.
create or replace function ht.is_plain(parameters jsonb) returns boolean
  language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(parameters) <> 'object' then false else not exists (
    select from jsonb_each(parameters) x where x.key !~ '^[a-z_]{1,20}$' or jsonb_typeof(x.value) <> 'string' or (x.value #>> '{}') !~
      '^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{1,9}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9a-f]{16}|[0-9a-f]{64})$') end $$;
revoke execute on function ht.is_plain(jsonb) from public;
grant execute on function ht.is_plain(jsonb) to heretask_app;
alter table kernel_outgoingmail add constraint outgoingmail_plain
  check (ht.is_plain(parameters) and letter ~ '^[a-z]+(\.[a-z_]+)+$' and reason ~ '^[a-z0-9 ]*$');

-- The clock's way to have it sent: a ticket only for customers where a mail is due, one job at a time, one in 20 s at most.
grant select (customer_id, state, next_try_at, claimed_until) on kernel_outgoingmail to ht_queue;
create policy queue on kernel_outgoingmail for select to ht_queue using (true);
create or replace function ht.tick_mail(minutes integer default 15) returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid; n integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('ht.tick_mail')) then return 0; end if;
  for c in select x.id from public.kernel_customer x where x.active and exists (
      select from public.kernel_outgoingmail m where m.customer_id = x.id and m.state = 'waiting'
        and m.next_try_at <= clock_timestamp() and (m.claimed_until is null or m.claimed_until < clock_timestamp())) loop
    if not exists (select from public.kernel_job j where j.customer_id = c and j.task = 'outbox.send'
        and (j.made_at > clock_timestamp() - interval '20 seconds'
          or j.ended_at is null and j.made_at > clock_timestamp() - make_interval(mins => minutes))) then
      perform ht._issue(c, null, 'periodic', 'outbox.send', '{}', 'default', null, minutes); n := n + 1;
    end if;
  end loop;
  return n;
end $$;
alter function ht.tick_mail(integer) owner to ht_queue;
revoke execute on function ht.tick_mail(integer) from public;
grant execute on function ht.tick_mail(integer) to heretask_clock;

-- How long a customer keeps messages: chosen by those who govern it.
grant select (message_months), update (message_months) on kernel_customer to ht_keeper;
create or replace function ht.keep_messages(chosen integer) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$ update public.kernel_customer set message_months = chosen where id = ht._for_governors() $$;
alter function ht.keep_messages(integer) owner to ht_keeper;
revoke execute on function ht.keep_messages(integer) from public;
grant execute on function ht.keep_messages(integer) to heretask_app;
