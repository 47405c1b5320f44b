-- Browser tests (WEB-1): everybody's evidence knows how the code that runs came through real browsers.
grant select on system_releases_browsertest to ht_door;
create policy door on system_releases_browsertest for select to ht_door using (true);

-- Whether that commit or that code was ever approved as a release, and the newest result of the code; it speaks of nobody.
create or replace function ht.browser_facts(which text, files text, out released boolean, out result text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with own as (select c.id from public.kernel_customer c where c.kind = 'supplier')
  select exists (select from public.system_releases_release r join own on r.customer_id = own.id
                   join public.system_releases_approval a on a.customer_id = r.customer_id and a.release_id = r.id
                  where r.commit = which or r.code = files),
    (select b.result::text from public.system_releases_browsertest b join own on b.customer_id = own.id
      where b.code = files order by b.walked_at desc limit 1) $$;

alter function ht.browser_facts(text, text) owner to ht_door;
revoke execute on function ht.browser_facts(text, text) from public;
grant execute on function ht.browser_facts(text, text) to heretask_app;
