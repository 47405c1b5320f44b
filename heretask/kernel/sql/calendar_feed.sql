-- The feed of a calendar: of a task, too, its time and to whom it is, and no column with a word in it.
grant select (customer_id, id, to_user_id, due_at, timed, made_at, done_at, dropped_at) on platform_tasks_task to ht_feed;
create policy feed on platform_tasks_task for select to ht_feed using (true);

-- When the owner of an address is busy, and by when their own tasks are to be done: a month back, 400 days ahead. One row at least
-- where the address lives, none where it does not. A task has no end.
drop function if exists ht.calendar_feed(bytea);
create function ht.calendar_feed(secret bytea) returns table (customer uuid, person uuid, feed uuid, noted boolean,
    danish boolean, one uuid, starts_at timestamptz, ends_at timestamptz, timed boolean, changed_at timestamptz)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select f.*, a.* from ht.feed_of(secret, 'calendar') f left join lateral (
      (select p.id, p.starts_at, p.ends_at, p.timed, p.changed_at from public.platform_calendar_participant q
         join public.platform_calendar_appointment p on p.customer_id = q.customer_id and p.id = q.appointment_id
        where q.customer_id = f.customer and q.user_id = f.person and p.cancelled_at is null
          and p.starts_at between now() - interval '62 days' and now() + interval '400 days' and p.ends_at > now() - interval '31 days'
        order by p.starts_at limit 2000)
      union all
      (select t.id, t.due_at, null, true, t.made_at from public.platform_tasks_task t
        where t.customer_id = f.customer and t.to_user_id = f.person and t.timed and t.done_at is null and t.dropped_at is null
          and t.due_at between now() - interval '31 days' and now() + interval '400 days'
        order by t.due_at limit 2000)) a on true;
end $$;
alter function ht.calendar_feed(bytea) owner to ht_feed;
revoke execute on function ht.calendar_feed(bytea) from public;
grant execute on function ht.calendar_feed(bytea) to heretask_gate;
