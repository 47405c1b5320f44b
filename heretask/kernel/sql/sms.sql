-- SMS as a second way of the outbox: what a row may be made of holds for both (outbox.sql). The clock gives a ticket also where
-- it is time to ask the provider whether an SMS arrived, and only for ways that have a server.
alter table kernel_outgoingmail add constraint outgoingmail_way
  check (way in ('mail', 'sms') and (way = 'sms' or known_as is null and ask_at is null and arrived_at is null));
grant select (way, ask_at) on kernel_outgoingmail to ht_queue;
drop function ht.tick_mail(integer);
create function ht.tick_mail(ways text[] default '{mail,sms}', minutes integer default 15) returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid; n integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('ht.tick_mail')) then return 0; end if;
  for c in select x.id from public.kernel_customer x where x.active and exists (
      select from public.kernel_outgoingmail m where m.customer_id = x.id and m.way = any(ways) and (m.ask_at <= clock_timestamp()
        or m.state = 'waiting' and m.next_try_at <= clock_timestamp() and (m.claimed_until is null or m.claimed_until < clock_timestamp()))) loop
    if not exists (select from public.kernel_job j where j.customer_id = c and j.task = 'outbox.send'
        and (j.made_at > clock_timestamp() - interval '20 seconds'
          or j.ended_at is null and j.made_at > clock_timestamp() - make_interval(mins => minutes))) then
      perform ht._issue(c, null, 'periodic', 'outbox.send', '{}', 'default', null, minutes); n := n + 1;
    end if;
  end loop;
  return n;
end $$;
alter function ht.tick_mail(text[], integer) owner to ht_queue;
revoke execute on function ht.tick_mail(text[], integer) from public;
grant execute on function ht.tick_mail(text[], integer) to heretask_clock;

-- Whether anything of a customer may go by SMS: chosen by those who govern it, and enforced where a row is put in. A letter that
-- waited when it was switched off is dropped by who sends.
grant select (sms), update (sms) on kernel_customer to ht_keeper;
create function ht.let_sms_go(chosen boolean) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$ update public.kernel_customer set sms = chosen where id = ht._for_governors('admin.mail:choose') $$;
alter function ht.let_sms_go(boolean) owner to ht_keeper;
revoke execute on function ht.let_sms_go(boolean) from public;
grant execute on function ht.let_sms_go(boolean) to heretask_app;

create function ht.only_where_sms_goes() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.kernel_customer c where c.id = new.customer_id and c.sms) then
    raise exception 'this customer lets nothing go by SMS' using errcode = '42501'; end if;
  return new;
end $$;
revoke execute on function ht.only_where_sms_goes() from public;
create trigger only_where_sms_goes before insert on kernel_outgoingmail for each row when (new.way = 'sms')
  execute function ht.only_where_sms_goes();
