-- A kept file is put with what it stands with once, and is never another afterwards; it can only go.
create function ht.file_stands() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.held_by is not null or (new.customer_id, new.id, new.author_id, new.citizen, new.kind, new.size, new.width, new.height,
      new.name, new.digest, new.small, new.made_at) is distinct from (old.customer_id, old.id, old.author_id, old.citizen, old.kind,
      old.size, old.width, old.height, old.name, old.digest, old.small, old.made_at) then
    raise exception 'a kept file stands as it is' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger file_stands before update on kernel_keptfile for each row execute function ht.file_stands();

-- How many files were handed over, for every customer's evidence: figures, never a row.
grant select on kernel_handedover to ht_door;
create policy door on kernel_handedover for select to ht_door using (true);
create or replace function ht.handing_facts(out handed bigint, out bare bigint, out bases text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) filter (where h.made_at > now() - interval '30 days'),
         count(*) filter (where octet_length(h.receiver) = 0 or h.basis = '' or h.way = ''),
         coalesce((select jsonb_object_agg(x.basis, x.n)::text from (
           select y.basis, count(*) as n from public.kernel_handedover y where y.made_at > now() - interval '30 days'
            group by y.basis) x), '{}')
    from public.kernel_handedover h $$;
alter function ht.handing_facts() owner to ht_door;
revoke execute on function ht.handing_facts() from public;
grant execute on function ht.handing_facts() to heretask_app;
