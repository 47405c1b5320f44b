-- The assessment to the outside. Who began or ceased to show it, and who drew a sample, stand in the row as the database knows them.
create trigger record_who before insert on system_assessment_showing for each row execute function ht.record_who();
create trigger record_who before insert on system_assessment_sample for each row execute function ht.record_who();

-- Only Management of the supplier decides whether strangers are shown how the promises stand, whatever way a person tries.
create or replace function ht.only_management_shows() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare w record;
begin
  select * into w from ht.whose(current_setting('ht.session', true));
  if w.kind <> 'operator' and not exists (select from ht.roles_of(w.customer, w.person) r(role) where r.role = 'management') then raise exception 'only Management shows the assessment to strangers' using errcode = '42501'; end if;
  new.done_at := clock_timestamp();
  return new;
end $$;
create trigger only_management_shows before insert on system_assessment_showing for each row execute function ht.only_management_shows();
revoke execute on function ht.only_management_shows() from public;

-- What strangers are told: whether anything, and then the worst state of each promise over all customers with the day of its oldest result.
-- No figure, no sample, no customer, no time of day. `old` is how old a result may be and still count.
grant select on system_assessment_showing to ht_door;
create policy door on system_assessment_showing for select to ht_door using (true);

create or replace function ht.assessment_is_shown() returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select coalesce((select s.shown from public.kernel_customer c join public.system_assessment_showing s on s.customer_id = c.id
           where c.kind = 'supplier' order by s.done_at desc, s.id desc limit 1), false) $$;

create or replace function ht.shown_assessment(promises text[], old interval) returns table (promise text, state text, day date)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not ht.assessment_is_shown() then return; end if;
  return query select p.name, (array['ok', 'due', 'unknown', 'broken'])[max(array_position(array['ok', 'due', 'unknown', 'broken'],
        case when e.measured_at < statement_timestamp() - old then 'unknown' else e.state::text end))],
      (min(e.measured_at) at time zone 'Europe/Copenhagen')::date
    from public.kernel_customer c cross join unnest(promises) p(name) cross join lateral (
      select x.state, x.measured_at from public.kernel_evidence x where x.customer_id = c.id and x.promise = p.name
       order by x.measured_at desc limit 1) e
   where c.active and c.kind <> 'synthetic' group by p.name;
end $$;

alter function ht.assessment_is_shown() owner to ht_door;
alter function ht.shown_assessment(text[], interval) owner to ht_door;
revoke execute on function ht.assessment_is_shown(), ht.shown_assessment(text[], interval) from public;
grant execute on function ht.assessment_is_shown(), ht.shown_assessment(text[], interval) to heretask_gate;

-- How far it is beyond the own job: how many of the other customers have been measured since that was asked for, how many of
-- them not to the end, and how many there are.
create or replace function ht.measured_others(own_job uuid) returns table (done integer, failed integer, all_others integer)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid := ht.customer(); asked timestamptz;
begin
  if not exists (select from public.kernel_customer x where x.id = own and x.kind = 'supplier') then
    raise exception 'the supplier alone may ask for this' using errcode = '42501'; end if;
  select j.made_at into asked from public.kernel_job j where j.id = own_job and j.customer_id = own and j.task = 'evidence.measure';
  return query select count(*) filter (where l.state in ('done', 'failed'))::integer, count(*) filter (where l.state = 'failed')::integer, count(*)::integer
    from public.kernel_customer x left join (
      select distinct on (j.customer_id) j.customer_id, j.state from public.kernel_job j
       where j.task = 'evidence.measure' and j.made_at >= asked order by j.customer_id, j.made_at) l on l.customer_id = x.id
   where x.active and x.kind <> 'synthetic' and x.id <> own;
end $$;

alter function ht.measured_others(uuid) owner to ht_queue;
revoke execute on function ht.measured_others(uuid) from public;
grant execute on function ht.measured_others(uuid) to heretask_app;
