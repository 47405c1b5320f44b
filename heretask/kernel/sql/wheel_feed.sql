-- The feed of the annual wheel: which rule is due on which day, and no column with a word in it.
drop trigger if exists end_wheel_feed_with_login on kernel_user;
drop function if exists ht.end_wheel_feed_with_login();
drop function if exists ht.wheel_feed(bytea);
grant select (customer_id, id, rule, entry_id, due_on, made_at) on system_records_duty to ht_feed;
grant select (customer_id, duty_id) on system_records_closing to ht_feed;
drop policy if exists feed on system_records_duty;
drop policy if exists feed on system_records_closing;
create policy feed on system_records_duty for select to ht_feed using (true);
create policy feed on system_records_closing for select to ht_feed using (true);

-- What is to be done, for who has this address, is of the supplier's staff still and may sign in. One row at least where the address lives.
create function ht.wheel_feed(secret bytea) returns table (customer uuid, person uuid, feed uuid, noted boolean,
    danish boolean, duty uuid, rule text, due_on date, made_at timestamptz)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select f.*, a.* from ht.feed_of(secret, 'wheel', array['management', 'developer']) f left join lateral (
      select d.id, d.rule::text, d.due_on, d.made_at from public.system_records_duty d
       where d.customer_id = f.customer and d.entry_id is null
         and not exists (select from public.system_records_closing k where k.customer_id = d.customer_id and k.duty_id = d.id)
       order by d.due_on limit 500) a on true;
end $$;
alter function ht.wheel_feed(bytea) owner to ht_feed;
revoke execute on function ht.wheel_feed(bytea) from public;
grant execute on function ht.wheel_feed(bytea) to heretask_gate;
