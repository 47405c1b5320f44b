-- What the supplier may know of its customers' promises: states and figures, never rows of anything else.
grant select on kernel_evidence, kernel_customer to ht_door;
create policy door on kernel_evidence for select to ht_door using (true);
create policy door on kernel_customer for select to ht_door using (true);

create or replace function ht._for_supplier() returns void
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.kernel_customer c where c.id = ht.customer() and c.kind = 'supplier') then
    raise exception 'the supplier alone may see this' using errcode = '42501'; end if;
end $$;

-- The newest result of each promise at each customer: one look into the index for each.
create or replace function ht.evidence_summary(promises text[])
  returns table (promise text, customer text, scope text, state text, figure text, sample jsonb, measured_at timestamptz,
    seconds double precision, code_version text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht._for_supplier();
  return query select p.name, c.slug::text, e.scope::text, e.state::text, e.figure, e.sample, e.measured_at, e.seconds, e.code_version::text
    from public.kernel_customer c cross join unnest(promises) p(name) cross join lateral (
      select * from public.kernel_evidence x where x.customer_id = c.id and x.promise = p.name
       order by x.measured_at desc limit 1) e
   where c.active and c.kind <> 'synthetic';
end $$;

-- The worst state of each promise on each day (as the wall clock in `zone` has it), over all customers.
create or replace function ht.evidence_days(since timestamptz, zone text)
  returns table (promise text, day date, worst integer)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht._for_supplier();
  return query select e.promise::text, (e.measured_at at time zone zone)::date, max(array_position(array['ok', 'due', 'unknown', 'broken'], e.state::text))
    from public.kernel_evidence e join public.kernel_customer c on c.id = e.customer_id
   where e.measured_at >= since and c.active and c.kind <> 'synthetic' group by 1, 2;
end $$;

-- The supplier has everything measured now: one ticket per customer; its own comes with its own job. Returns how many.
create or replace function ht.measure_others(since double precision) returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c record; n integer := 0; own uuid := ht.customer();
begin
  if not exists (select from public.kernel_customer x where x.id = own and x.kind = 'supplier') then
    raise exception 'the supplier alone may ask for this' using errcode = '42501'; end if;
  for c in select x.id from public.kernel_customer x where x.active and x.kind <> 'synthetic' and x.id <> own loop
    perform ht._issue(c.id, null, 'periodic', 'evidence.measure', jsonb_build_object('since', since), 'default', null, 15); n := n + 1;
  end loop;
  return n;
end $$;

alter function ht._for_supplier() owner to ht_door;
alter function ht.evidence_summary(text[]) owner to ht_door;
alter function ht.evidence_days(timestamptz, text) owner to ht_door;
alter function ht.measure_others(double precision) owner to ht_queue;
revoke execute on function ht._for_supplier(), ht.evidence_summary(text[]), ht.evidence_days(timestamptz, text), ht.measure_others(double precision) from public;
grant execute on function ht.evidence_summary(text[]), ht.evidence_days(timestamptz, text), ht.measure_others(double precision) to heretask_app;
