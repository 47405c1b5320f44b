-- Dates and outcomes of the supplier's backups and drills, for every customer's evidence: never a row of anybody else.
grant select on system_backups_backup, system_backups_drill, system_backups_providerreport to ht_door;
create policy door on system_backups_backup for select to ht_door using (true);
create policy door on system_backups_drill for select to ht_door using (true);
create policy door on system_backups_providerreport for select to ht_door using (true);

create or replace function ht.backup_facts(out installed_at timestamptz, out backups text, out drills text, out abroad integer,
    out reported_on date, out report_good boolean)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid;
begin
  select c.id, c.made_at into own, installed_at from public.kernel_customer c where c.kind = 'supplier';
  with newest as (
    select distinct on (b.kind, b.outcome) b.kind, b.name, b.outcome, b.code, b.country, b.site, b.version, b.ended_at
      from public.system_backups_backup b where b.customer_id = own order by b.kind, b.outcome, b.ended_at desc)
  select coalesce(jsonb_agg(to_jsonb(n) order by n.ended_at desc), '[]')::text into backups from newest n;
  with newest as (
    select distinct on (d.outcome) d.backup, d.outcome, d.seconds, d.ended_at
      from public.system_backups_drill d where d.customer_id = own order by d.outcome, d.ended_at desc)
  select coalesce(jsonb_agg(to_jsonb(n) order by n.ended_at desc), '[]')::text into drills from newest n;
  select count(*) into abroad from public.system_backups_backup b
   where b.customer_id = own and b.outcome = 'good' and b.country <> 'DK' and coalesce(b.kept_until > now(), true);
  select p.reported_on, p.good into reported_on, report_good from public.system_backups_providerreport p
   where p.customer_id = own order by p.reported_on desc, p.received_at desc limit 1;
end $$;
alter function ht.backup_facts() owner to ht_door;
revoke execute on function ht.backup_facts() from public;
grant execute on function ht.backup_facts() to heretask_app;
