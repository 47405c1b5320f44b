-- The required sentences of the policy on breaches: no version without both, no acknowledgement of the whole before each of the two.
grant select on system_policies_item to ht_door;
create policy door on system_policies_item for select to ht_door using (true);

create or replace function ht.policy_has_its_items() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from public.system_records_document d where d.customer_id = new.customer_id and d.id = new.document_id
               and d.key = 'policy-breach')
     and (select count(*) from public.system_policies_item i where i.customer_id = new.customer_id and i.version_id = new.id
            and i.key in ('consequences', 'police') and i.text <> '') <> 2
  then raise exception 'the policy on breaches needs both its sentences as items of their own' using errcode = '42501'; end if;
  return null;
end $$;
create constraint trigger policy_has_its_items after insert on system_records_version deferrable initially deferred
  for each row execute function ht.policy_has_its_items();

create or replace function ht.items_before_the_whole() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from public.system_policies_item i where i.customer_id = new.customer_id and i.version_id = new.version_id
               and not exists (select from public.system_records_signature s where s.customer_id = new.customer_id
                 and s.version_id = new.version_id and s.entry_id = new.entry_id and s.how = i.key))
  then raise exception 'each item of its own is acknowledged first' using errcode = '42501'; end if;
  return new;
end $$;
create trigger items_before_the_whole before insert on system_records_signature for each row
  when (new.how = 'acknowledged') execute function ht.items_before_the_whole();

-- Every customer's evidence: which required items stand in which version of the supplier's.
create or replace function ht.policy_items() returns text
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('version', i.version_id, 'key', i.key)), '[]')::text
    from public.system_policies_item i join public.kernel_customer c on c.id = i.customer_id and c.kind = 'supplier' $$;

alter function ht.policy_has_its_items() owner to ht_door;
alter function ht.items_before_the_whole() owner to ht_door;
alter function ht.policy_items() owner to ht_door;
revoke execute on function ht.policy_has_its_items(), ht.items_before_the_whole(), ht.policy_items() from public;
grant execute on function ht.policy_items() to heretask_app;
