-- Every customer's evidence: the supplier's records without a name of a person, and without a word but those that a register publishes (who the
-- subcontractors are). Ids are there to be counted and joined, nothing else. Of a register stand dates, choices and references as they are now; of the
-- staff register the state and the days alone.
create or replace function ht.record_figures(out entries text, out duties text, out versions text, out signatures text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with own as (select c.id from public.kernel_customer c where c.kind = 'supplier'),
  newest as (select distinct on (v.entry_id, v.field) v.entry_id, v.field, v.plain
               from public.system_records_value v join own on v.customer_id = own.id order by v.entry_id, v.field, v.number desc),
  entry as (select e.id, e.register, (e.done_at at time zone 'Europe/Copenhagen')::date as added_on,
              (select max((v.done_at at time zone 'Europe/Copenhagen')::date) from public.system_records_value v
                where v.customer_id = own.id and v.entry_id = e.id) as changed_on,
              (select coalesce(jsonb_object_agg(n.field, n.plain), '{}') from newest n
                where n.entry_id = e.id and n.plain <> '' and (e.register <> 'staff' or n.field in ('state', 'hired_on', 'employed_on', 'left_on'))) as values
              from public.system_records_entry e join own on e.customer_id = own.id),
  duty as (select d.id, d.rule, d.entry_id as entry, d.opens_on, d.due_on, (d.made_at at time zone 'Europe/Copenhagen')::date as made_on,
             c.done_on, (c.done_at at time zone 'Europe/Copenhagen')::date as closed_on, c.reference, c.note <> '' as noted
             from public.system_records_duty d join own on d.customer_id = own.id
             left join public.system_records_closing c on c.customer_id = own.id and c.duty_id = d.id),
  version as (select v.id, d.kind, d.key, v.number, v.digest, v.review_on, (v.done_at at time zone 'Europe/Copenhagen')::date as on_day
                from public.system_records_version v join own on v.customer_id = own.id
                join public.system_records_document d on d.customer_id = own.id and d.id = v.document_id),
  signature as (select g.version_id as version, g.entry_id as entry, g.how, g.on_paper, g.signed_on
                  from public.system_records_signature g join own on g.customer_id = own.id)
  select (select coalesce(jsonb_agg(to_jsonb(e) order by e.id), '[]')::text from entry e),
    (select coalesce(jsonb_agg(to_jsonb(d) order by d.id), '[]')::text from duty d),
    (select coalesce(jsonb_agg(to_jsonb(v) order by v.key, v.number), '[]')::text from version v),
    (select coalesce(jsonb_agg(to_jsonb(g) order by g.signed_on), '[]')::text from signature g) $$;
alter function ht.record_figures() owner to ht_door;
revoke execute on function ht.record_figures() from public;
grant execute on function ht.record_figures() to heretask_app;
