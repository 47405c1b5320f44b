-- Citizens' keys: wrapped by the newest wrapping key only, never for whoever was erased. Idempotent.

-- Which wrapping key wrapped a key or leads a ring, as rings.generation_of; the first releases' form is generation 0.
create or replace function ht.key_generation(wrapped bytea) returns bigint
  language sql immutable parallel safe set search_path = pg_catalog, pg_temp
  return case get_byte(wrapped, 0) when 1 then 0 when 2 then
    (get_byte(wrapped, 1)::bigint << 24) + (get_byte(wrapped, 2) << 16) + (get_byte(wrapped, 3) << 8) + get_byte(wrapped, 4) end;

-- Whoever makes keys holds this until the transaction ends; a rotation turns a ring only while nobody does.
create or replace function ht.hold_keys(c uuid) returns void
  language sql set search_path = pg_catalog, pg_temp
  as $$ select pg_advisory_xact_lock_shared(hashtextextended('heretask keys ' || c::text, 0)) $$;

create or replace function ht.try_turn_keys(c uuid) returns boolean
  language sql set search_path = pg_catalog, pg_temp
  as $$ select pg_try_advisory_xact_lock(hashtextextended('heretask keys ' || c::text, 0)) $$;

-- The lock first, then the look: no key can slip in under a wrapping key that is being let go.
create or replace function ht.check_data_key() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform ht.hold_keys(new.customer_id);
  if ht.key_generation(new.wrapped) is distinct from
     (select ht.key_generation(c.wrapped_key) from public.kernel_customer c where c.id = new.customer_id) then
    raise exception 'the wrapping key has been replaced: wrap again' using errcode = '40001'; end if;
  if exists (select from public.kernel_erasure e where e.customer_id = new.customer_id and e.subject = new.subject) then
    raise exception 'erased' using errcode = '42501'; end if;
  return new;
end $$;

revoke execute on function ht.key_generation(bytea), ht.hold_keys(uuid), ht.try_turn_keys(uuid), ht.check_data_key() from public;
grant execute on function ht.key_generation(bytea), ht.hold_keys(uuid), ht.check_data_key() to heretask_app, heretask_owner;
grant execute on function ht.try_turn_keys(uuid) to heretask_owner;
drop trigger if exists check_data_key on kernel_datakey;
create trigger check_data_key before insert or update of subject, wrapped on kernel_datakey
  for each row execute function ht.check_data_key();

-- What the clock may know of all customers: who was erased and when, for the tombstones outside the database.
grant select on kernel_erasure to ht_door;
drop policy if exists door on kernel_erasure;
create policy door on kernel_erasure for select to ht_door using (true);
create or replace function ht.erasures(since timestamptz) returns table (customer uuid, subject uuid, at timestamptz)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select e.customer_id, e.subject, e.at from public.kernel_erasure e where e.at >= since order by e.at $$;
alter function ht.erasures(timestamptz) owner to ht_door;
revoke execute on function ht.erasures(timestamptz) from public;
grant execute on function ht.erasures(timestamptz) to heretask_clock, heretask_owner;
