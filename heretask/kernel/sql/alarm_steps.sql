-- An alarm is taken on by a person, with words: nobody's session, the clock's or the operator's, waves one through (MON-1).
create or replace function ht.taken_by_people() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.done_by is null or octet_length(new.words) = 0 then
    raise exception 'an alarm is taken on by a person, who says what it was';
  end if;
  return new;
end $$;
revoke execute on function ht.taken_by_people() from public;
grant execute on function ht.taken_by_people() to heretask_app, heretask_owner;
create trigger z_taken_by_people before insert on public.system_monitoring_alarmstep
  for each row when (new.kind = 'taken') execute function ht.taken_by_people();
alter table public.system_monitoring_alarmstep add constraint alarm_step_kind check (kind in ('taken', 'over'));
