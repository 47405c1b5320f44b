-- Whether a role that the customer made for itself needs a second factor of this person now; the gate's question.
grant select on kernel_ownrole to ht_door;
create policy door on kernel_ownrole for select to ht_door using (true);

create or replace function ht.own_role_rules(c uuid, person uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.kernel_assignment a
                   join public.kernel_ownrole o on o.customer_id = a.customer_id and o.id = a.own_id
                  where a.customer_id = c and a.user_id = person and a.ended_at is null
                    and (a.until is null or a.until >= current_date) and o.second_factor) $$;
alter function ht.own_role_rules(uuid, uuid) owner to ht_door;
revoke execute on function ht.own_role_rules(uuid, uuid) from public;
grant execute on function ht.own_role_rules(uuid, uuid) to heretask_gate;
