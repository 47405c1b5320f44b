-- Who began, concluded, finished and read a self-audit is the session's person, as with all records.
do $$ declare t text; begin
  foreach t in array array['audit', 'showing', 'conclusion', 'step'] loop
    execute format('create trigger record_who before insert on system_audits_%s for each row execute function ht.record_who()', t);
  end loop; end $$;

-- A snapshot is what its digest says.
alter table public.system_audits_audit add constraint audit_digest
  check (digest = encode(sha256(convert_to(snapshot, 'UTF8')), 'hex'));

-- A finished audit takes no more conclusions. The lock keeps finishing and concluding apart where both happen at once.
create or replace function ht.audit_is_open() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(new.audit_id::text, 72));
  if exists (select from public.system_audits_step s where s.customer_id = new.customer_id and s.audit_id = new.audit_id) then
    raise exception 'this self-audit is finished';
  end if;
  return new;
end $$;
revoke execute on function ht.audit_is_open() from public;
grant execute on function ht.audit_is_open() to heretask_app, heretask_owner;
create trigger z_audit_is_open before insert on public.system_audits_conclusion
  for each row execute function ht.audit_is_open();

-- Finished by somebody when each promise of the snapshot has a conclusion; read by somebody else, who signs the same digest.
create or replace function ht.audit_step() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare before record; wanted integer; given integer;
begin
  perform pg_advisory_xact_lock(hashtextextended(new.audit_id::text, 72));
  if new.done_by is null then
    raise exception 'a self-audit is finished and countersigned by people';
  end if;
  if new.what = 'finished' then
    select jsonb_array_length(a.snapshot::jsonb -> 'promises') into wanted
      from public.system_audits_audit a where a.customer_id = new.customer_id and a.id = new.audit_id;
    select count(*) into given
      from public.system_audits_audit a cross join lateral jsonb_array_elements(a.snapshot::jsonb -> 'promises') p(promise)
     where a.customer_id = new.customer_id and a.id = new.audit_id
       and exists (select from public.system_audits_conclusion c
                    where c.customer_id = a.customer_id and c.audit_id = a.id and c.promise = p.promise ->> 'id');
    if given < wanted or wanted = 0 then
      raise exception 'a promise has no conclusion yet';
    end if;
    return new;
  end if;
  select s.done_by, s.digest into before from public.system_audits_step s
   where s.customer_id = new.customer_id and s.audit_id = new.audit_id and s.what = 'finished';
  if before.done_by is null or before.done_by = new.done_by or before.digest <> new.digest then
    raise exception 'a finished self-audit is countersigned by another person, as it was finished';
  end if;
  return new;
end $$;
revoke execute on function ht.audit_step() from public;
grant execute on function ht.audit_step() to heretask_app, heretask_owner;
create trigger z_audit_step before insert on public.system_audits_step for each row execute function ht.audit_step();

-- Minutes: only the newest version is signed, each by the person whose signature it is; signed by two, they take no more versions.
create or replace function ht.minutes_signed() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare own record;
begin
  select d.id, d.kind, v.number into own from public.system_records_version v
    join public.system_records_document d on d.customer_id = v.customer_id and d.id = v.document_id
   where v.customer_id = new.customer_id and v.id = new.version_id;
  if own.kind <> 'minutes' then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(own.id::text, 72));
  if new.done_by is null or new.done_by::text is distinct from (
       select n.plain from public.system_records_value n where n.customer_id = new.customer_id and n.entry_id = new.entry_id
          and n.field = 'login' order by n.number desc limit 1) then
    raise exception 'minutes are signed by oneself';
  end if;
  if exists (select from public.system_records_version v where v.customer_id = new.customer_id and v.document_id = own.id and v.number > own.number) then
    raise exception 'a newer version of these minutes has been saved';
  end if;
  if exists (select from public.system_records_signature s where s.customer_id = new.customer_id and s.version_id = new.version_id and s.entry_id = new.entry_id) then
    raise exception 'these minutes are signed already by this person';
  end if;
  return new;
end $$;
revoke execute on function ht.minutes_signed() from public;
grant execute on function ht.minutes_signed() to heretask_app, heretask_owner;
create trigger z_minutes_signed before insert on public.system_records_signature
  for each row execute function ht.minutes_signed();

create or replace function ht.minutes_open() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (select d.kind from public.system_records_document d where d.customer_id = new.customer_id and d.id = new.document_id) <> 'minutes' then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(new.document_id::text, 72));
  if exists (select from public.system_records_version v join public.system_records_signature s on s.customer_id = v.customer_id and s.version_id = v.id
              where v.customer_id = new.customer_id and v.document_id = new.document_id group by v.id having count(distinct s.entry_id) > 1) then
    raise exception 'these minutes are signed by both managers';
  end if;
  return new;
end $$;
revoke execute on function ht.minutes_open() from public;
grant execute on function ht.minutes_open() to heretask_app, heretask_owner;
create trigger z_minutes_open before insert on public.system_records_version
  for each row execute function ht.minutes_open();

grant select on public.system_audits_audit, public.system_audits_conclusion, public.system_audits_step to ht_door;
do $$ declare t text; begin
  foreach t in array array['audit', 'conclusion', 'step'] loop
    execute format('create policy door on public.system_audits_%s for select to ht_door using (true)', t);
  end loop; end $$;

-- Every customer's evidence: when the supplier audited itself, what came of it in figures, and whether it is still what it was.
create or replace function ht.audit_figures() returns text
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with own as (select c.id from public.kernel_customer c where c.kind = 'supplier')
  select coalesce(jsonb_agg(to_jsonb(f) order by f.id), '[]')::text from (
    select a.id, (a.done_at at time zone 'Europe/Copenhagen')::date as begun_on,
      a.digest = encode(sha256(convert_to(a.snapshot, 'UTF8')), 'hex') as intact,
      jsonb_array_length(a.snapshot::jsonb -> 'promises') as promises,
      (select (s.done_at at time zone 'Europe/Copenhagen')::date from public.system_audits_step s
        where s.customer_id = own.id and s.audit_id = a.id and s.what = 'finished') as finished_on,
      (select (s.done_at at time zone 'Europe/Copenhagen')::date from public.system_audits_step s
        join public.system_audits_step f on f.customer_id = own.id and f.audit_id = a.id and f.what = 'finished'
             and f.digest = s.digest and f.done_by <> s.done_by
        where s.customer_id = own.id and s.audit_id = a.id and s.what = 'read') as read_on,
      (select coalesce(jsonb_object_agg(v.verdict, v.n), '{}') from (
         select n.verdict, count(*) as n from (
           select distinct on (c.promise) c.promise, c.verdict from public.system_audits_conclusion c
            where c.customer_id = own.id and c.audit_id = a.id order by c.promise, c.number desc) n group by n.verdict) v) as verdicts
      from public.system_audits_audit a join own on a.customer_id = own.id) f $$;
alter function ht.audit_figures() owner to ht_door;
revoke execute on function ht.audit_figures() from public;
grant execute on function ht.audit_figures() to heretask_app;
