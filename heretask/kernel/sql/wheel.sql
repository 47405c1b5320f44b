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
