-- Feeds for calendar programs: one kind of address, and one function for each kind of feed that says what is given at it.

-- Whose address a secret is of that kind: where it and its login live, and its owner has one of the roles, if any are asked for.
-- Finding it counts it. `noted`: whether the log has to say so, which it does at most once an hour for each address.
create or replace function ht.feed_of(secret bytea, asked text, roles text[] default null)
    returns table (customer uuid, person uuid, feed uuid, noted boolean, danish boolean)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare f record; note boolean;
begin
  select x.id, x.customer_id, x.user_id, x.noted_at, u.language = 'da' as danish into f
    from public.platform_calendar_feed x
    join public.kernel_customer c on c.id = x.customer_id and c.active
    join public.kernel_user u on u.customer_id = x.customer_id and u.id = x.user_id and u.active and u.suspended_at is null
   where x.token_hash = secret and x.kind = asked and x.ended_at is null
     and (roles is null or exists (select from ht.roles_of(x.customer_id, x.user_id) r(role) where r.role = any (roles)))
   for update of x;
  if not found then return; end if;
  note := f.noted_at is null or f.noted_at < clock_timestamp() - interval '1 hour';
  update public.platform_calendar_feed x set given = x.given + 1, given_at = clock_timestamp(),
      noted_at = case when note then clock_timestamp() else x.noted_at end
   where x.customer_id = f.customer_id and x.id = f.id;
  return query select f.customer_id, f.user_id, f.id, note, f.danish;
end $$;
grant execute on function ht.roles_of(uuid, uuid) to ht_feed;
alter function ht.feed_of(bytea, text, text[]) owner to ht_feed;
revoke execute on function ht.feed_of(bytea, text, text[]) from public;
