-- STAFF-4: grants of 30 days that show content, and how many of them began before three months after hiring, as the register said then.
create or replace function ht.probation_figures(out given bigint, out early bigint)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with own as (select c.id from public.kernel_customer c where c.kind = 'supplier'),
  given as (select g.asked_user, g.starts from public.kernel_grant g where g.scope <> 'structure' and g.starts > now() - interval '30 days'),
  said as (select g.asked_user, g.starts, v.entry_id,
             (array_agg(v.plain order by v.number desc) filter (where v.field = 'hired_on'))[1] as hired_on,
             (array_agg(v.plain order by v.number desc) filter (where v.field = 'employed_on'))[1] as employed_on
             from given g cross join own
             join public.system_records_value l on l.customer_id = own.id and l.field = 'login' and l.plain = g.asked_user::text
             join public.system_records_value v on v.customer_id = own.id and v.entry_id = l.entry_id and v.done_at <= g.starts
            group by g.asked_user, g.starts, v.entry_id)
  select count(*), count(*) filter (where not exists (select from said s where s.asked_user = g.asked_user and s.starts = g.starts
      and nullif(s.employed_on, '') is not null
      and (g.starts at time zone 'Europe/Copenhagen')::date >= (nullif(s.hired_on, '')::date + interval '3 months')::date))
    from given g $$;
alter function ht.probation_figures() owner to ht_door;
revoke execute on function ht.probation_figures() from public;
grant execute on function ht.probation_figures() to heretask_app;
