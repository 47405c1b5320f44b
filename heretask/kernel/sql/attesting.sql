-- Digests of documents that the sealer signs with the log's keys, which nobody else can reach. The web asks for a signature of its own
-- customer's document, and reads it once it is there; it can write none.
create table ht.attested (
  customer_id uuid not null, digest text not null check (digest ~ '^[0-9a-f]{64}$'), asked_at timestamptz not null default now(),
  note text, keys text[], primary key (customer_id, digest));
create index attested_waiting on ht.attested (asked_at) where note is null;
grant insert, select on ht.attested to ht_log;
grant select, update (note, keys) on ht.attested to heretask_sealer;

create or replace function ht.ask_signature(d text) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$ insert into ht.attested (customer_id, digest) values (ht.customer(), d) on conflict do nothing $$;
create or replace function ht.signature_of(d text, out note text, out keys text[])
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select a.note, a.keys from ht.attested a where a.customer_id = ht.customer() and a.digest = d $$;
alter function ht.ask_signature(text) owner to ht_log;
alter function ht.signature_of(text) owner to ht_log;
revoke execute on function ht.ask_signature(text), ht.signature_of(text) from public;
grant execute on function ht.ask_signature(text), ht.signature_of(text) to heretask_app;
