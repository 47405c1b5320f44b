-- Notices of the supplier to its customers. Only Management writes and withdraws them, whatever way a person tries; who did stands in the row.
create or replace function ht.only_management_announces() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if w.kind = 'person' and not exists (select from ht.roles_of(w.customer, w.person) r(role) where r.role = 'management')
  then raise exception 'only Management tells customers something' using errcode = '42501'; end if;
  new.done_by := w.person;
  return new;
end $$;
revoke execute on function ht.only_management_announces() from public;
create trigger only_management_announces before insert on platform_announcements_announcement for each row execute function ht.only_management_announces();
create trigger only_management_announces before insert on platform_announcements_withdrawal for each row execute function ht.only_management_announces();

grant select on platform_announcements_announcement, platform_announcements_withdrawal, platform_announcements_heard to ht_door;
create policy door on platform_announcements_announcement for select to ht_door using (true);
create policy door on platform_announcements_withdrawal for select to ht_door using (true);
create policy door on platform_announcements_heard for select to ht_door using (true);

-- What holds today for the person of the live session, and when they acknowledged it. Raises where no session lives.
create or replace function ht.announcements() returns table (id uuid, title_da text, text_da text, title_en text, text_en text,
    admins boolean, must boolean, starts date, ends date, heard timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare w record; today date := (now() at time zone 'Europe/Copenhagen')::date;
begin
  perform ht.customer();
  select * into w from ht.whose(current_setting('ht.session', true));
  return query
    select a.id, a.title_da::text, a.text_da::text, a.title_en::text, a.text_en::text, a.admins, a.must, a.starts, a.ends,
           (select h.done_at from public.platform_announcements_heard h
             where h.customer_id = w.customer and h.user_id = w.person and h.announcement = a.id)
      from public.platform_announcements_announcement a
      join public.kernel_customer c on c.id = a.customer_id and c.kind = 'supplier'
     where today between a.starts and a.ends
       and not exists (select from public.platform_announcements_withdrawal x where x.customer_id = a.customer_id and x.announcement_id = a.id)
       and (not a.admins or exists (select from ht.roles_of(w.customer, w.person) r(role) where r.role = 'administrator'))
     order by a.done_at desc;
end $$;
alter function ht.announcements() owner to ht_door;
revoke execute on function ht.announcements() from public;
grant execute on function ht.announcements() to heretask_app;

-- How many have acknowledged each, at how many customers: numbers alone, for Management alone.
create or replace function ht.announcements_heard() returns table (id uuid, people integer, customers integer)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if w.kind is distinct from 'operator' and not exists (select from ht.roles_of(w.customer, w.person) r(role) where r.role = 'management')
  then raise exception 'only Management reads who was told' using errcode = '42501'; end if;
  return query select h.announcement, count(*)::integer, count(distinct h.customer_id)::integer
    from public.platform_announcements_heard h
    join public.platform_announcements_announcement a on a.id = h.announcement and a.customer_id = w.customer group by h.announcement;
end $$;
alter function ht.announcements_heard() owner to ht_door;
revoke execute on function ht.announcements_heard() from public;
grant execute on function ht.announcements_heard() to heretask_app;
