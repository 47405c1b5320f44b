-- Releases: only Management approves, and everybody's evidence knows whether what runs was approved.
grant select on system_releases_release, system_releases_approval to ht_door;
create policy door on system_releases_release for select to ht_door using (true);
create policy door on system_releases_approval for select to ht_door using (true);

-- An approval is a manager's own act: in their own session, in their own name, at the time of the database. Not even the operator makes one.
create or replace function ht.only_management_releases() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  if exists (select from public.kernel_customer c where c.id = new.customer_id and c.kind = 'supplier') then
    select * into w from ht.whose(current_setting('ht.session', true));
    if w.kind <> 'person' or w.person is distinct from new.approved_by_id
      or not exists (select from ht.roles_of(w.customer, w.person) r(role) where r.role = 'management')
    then raise exception 'only Management releases' using errcode = '42501'; end if;
  end if;
  new.approved_at := now();
  return new;
end $$;
create trigger only_management_releases before insert on system_releases_approval for each row execute function ht.only_management_releases();

-- Without names: how many releases were approved, the approved one of a commit, and the roles of each employed login.
create or replace function ht.release_facts(which text, out approved bigint, out release text, out employees text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with own as (select c.id from public.kernel_customer c where c.kind = 'supplier'),
  found as (select r.* from public.system_releases_release r join own on r.customer_id = own.id
             where exists (select from public.system_releases_approval a where a.customer_id = r.customer_id and a.release_id = r.id)),
  employed as (select distinct s.login from ht.staff_rows(null) s cross join own
                 join public.kernel_user u on u.customer_id = own.id and u.id = s.login and u.active
                where s.state = 'employed')
  select (select count(*) from found),
    (select jsonb_build_object('id', f.id, 'customer', f.customer_id, 'version', f.version, 'code', f.code, 'bill_file', f.bill_file,
        'components', f.components)::text from found f where f.commit = which),
    (select coalesce(jsonb_agg(coalesce((select jsonb_agg(r.role) from own cross join ht.roles_of(own.id, e.login) r(role)), '[]')), '[]')::text
       from employed e) $$;

alter function ht.only_management_releases() owner to ht_door;
alter function ht.release_facts(text) owner to ht_door;
revoke execute on function ht.only_management_releases(), ht.release_facts(text) from public;
grant execute on function ht.release_facts(text) to heretask_app;
