-- Counts, dates and rules of the supplier's servers, for every customer's evidence: never a row, never a name.
grant select on system_servers_visit, system_servers_explanation, system_servers_reading, system_servers_report,
  system_servers_portallog to ht_door;
create policy door on system_servers_visit for select to ht_door using (true);
create policy door on system_servers_explanation for select to ht_door using (true);
create policy door on system_servers_reading for select to ht_door using (true);
create policy door on system_servers_report for select to ht_door using (true);
create policy door on system_servers_portallog for select to ht_door using (true);

create or replace function ht.server_facts(out installed_at timestamptz, out visits bigint, out matched bigint,
    out explained bigint, out findings bigint, out read_at timestamptz, out sources bigint, out sources_read bigint,
    out portal_until date, out reports text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid;
begin
  select c.id, c.made_at into own, installed_at from public.kernel_customer c where c.kind = 'supplier';
  select count(*) filter (where v.opened_at > now() - interval '30 days'),
         count(*) filter (where v.opened_at > now() - interval '30 days' and v.matched <> ''),
         count(*) filter (where v.opened_at > now() - interval '30 days' and v.matched = '' and e.id is not null),
         count(*) filter (where v.matched = '' and e.id is null)
    into visits, matched, explained, findings
    from public.system_servers_visit v
    left join public.system_servers_explanation e on e.customer_id = v.customer_id and e.visit_id = v.id
   where v.customer_id = own;
  select max(x.read_at), count(*) filter (where x.read_at > now() - interval '45 days'),
         count(*) filter (where x.read_at > now() - interval '26 hours')
    into read_at, sources, sources_read from public.system_servers_reading x where x.customer_id = own;
  select max(p.until) into portal_until from public.system_servers_portallog p where p.customer_id = own;
  with newest as (
    select distinct on (r.host) r.host, r.answers, r.accounts, r.strangers, r.made_at
      from public.system_servers_report r where r.customer_id = own order by r.host, r.made_at desc)
  select coalesce(jsonb_agg(jsonb_build_object('answers', n.answers, 'accounts', n.accounts, 'strangers', n.strangers,
    'made_at', n.made_at)), '[]')::text into reports from newest n;
end $$;
alter function ht.server_facts() owner to ht_door;
revoke execute on function ht.server_facts() from public;
grant execute on function ht.server_facts() to heretask_app;
