-- Who helps the supplier, for every customer: what is published of its subcontractors. No contact, no word that is sealed, no name of a person.
create or replace function ht.helpers() returns table (helper text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with own as (select c.id from public.kernel_customer c where c.kind = 'supplier'),
  newest as (select distinct on (v.entry_id, v.field) v.entry_id, v.field, v.plain
               from public.system_records_value v join own on v.customer_id = own.id
               join public.system_records_entry e on e.customer_id = own.id and e.id = v.entry_id
                and e.register in ('subcontractors', 'requirements')
              order by v.entry_id, v.field, v.number desc),
  entry as (select e.id, e.register, (select coalesce(jsonb_object_agg(n.field, n.plain), '{}') from newest n where n.entry_id = e.id) as said
              from public.system_records_entry e join own on e.customer_id = own.id where e.register in ('subcontractors', 'requirements'))
  select jsonb_build_object('name', e.said ->> 'name', 'service', e.said ->> 'service', 'country', e.said ->> 'country',
      'data', coalesce(e.said ->> 'data', ''), 'basis', e.said ->> 'basis', 'agreed_on', e.said ->> 'agreed_on',
      'announced_on', e.said ->> 'announced_on', 'begins_on', e.said ->> 'begins_on', 'ended_on', nullif(e.said ->> 'ended_on', ''),
      'changed_on', (select max((v.done_at at time zone 'Europe/Copenhagen')::date) from public.system_records_value v
                      where v.customer_id = own.id and v.entry_id = e.id and v.number > 1
                        and v.field in ('name', 'service', 'country', 'data', 'basis', 'agreed_on', 'begins_on', 'ended_on')),
      'assessed_on', (select max(c.done_on) from public.system_records_duty d
                        join public.system_records_closing c on c.customer_id = own.id and c.duty_id = d.id
                       where d.customer_id = own.id and d.entry_id = e.id and d.rule = 'registers.subcontractor'),
      'accepted', (select jsonb_agg(r.said ->> 'promise' order by r.said ->> 'promise') from entry r
                    where r.register = 'requirements' and r.said ->> 'subcontractor' = e.id::text
                      and r.said ->> 'answer' = 'differs' and r.said ->> 'decision' = 'accepted'))::text
    from entry e cross join own
   where e.register = 'subcontractors' and e.said ->> 'announced_on' <= (now() at time zone 'Europe/Copenhagen')::date::text
   order by e.said ->> 'name' $$;
alter function ht.helpers() owner to ht_door;
revoke execute on function ht.helpers() from public;
grant execute on function ht.helpers() to heretask_app;
