-- What the supplier's rounds of watching are told (MON-1): counts over all customers, never a row.
-- Entries come nearly in the order of their time, so that an index of ranges finds the last hour among years at next to no cost.
create index kernel_event_time on kernel_event using brin (at) with (pages_per_range = 32, autosummarize = on);
grant select (action) on kernel_event to ht_log_reader;
create or replace function ht.count_entries(since interval, actions text[]) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from public.kernel_event e
   where e.at > (extract(epoch from clock_timestamp() - since) * 1000000)::bigint and e.action = any(actions) $$;
alter function ht.count_entries(interval, text[]) owner to ht_log_reader;

create or replace function ht.count_failed_jobs(since interval) returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from public.kernel_job j where j.state = 'failed' and j.ended_at > clock_timestamp() - since
   and (j.task <> 'system.monitoring.fail' or j.ended_at > clock_timestamp() - interval '1 hour') $$;  -- planted ones hide no real ones for long
alter function ht.count_failed_jobs(interval) owner to ht_queue;

create or replace function ht.watch_figures(failures text[], refusals text[], out failed bigint, out denied bigint, out openings bigint, out jobs bigint,
    out backup double precision)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform ht._for_supplier();
  failed := ht.count_entries('1 hour', failures);
  denied := ht.count_entries('1 hour', refusals);
  openings := ht.count_entries('1 day', array['social.emergency.opened']);
  jobs := ht.count_failed_jobs('1 day');
  select extract(epoch from clock_timestamp() - coalesce(max(b.ended_at) filter (where b.outcome = 'good'), c.made_at)) / 3600 into backup
    from public.kernel_customer c left join public.system_backups_backup b on b.customer_id = c.id where c.kind = 'supplier' group by c.made_at;
end $$;
alter function ht.watch_figures(text[], text[]) owner to ht_door;
revoke execute on function ht.count_entries(interval, text[]), ht.count_failed_jobs(interval), ht.watch_figures(text[], text[]) from public;
grant execute on function ht.count_entries(interval, text[]), ht.count_failed_jobs(interval) to ht_door;
grant execute on function ht.watch_figures(text[], text[]) to heretask_app;

-- The switch outside shows its token: when the last round was, and how many alarms nobody has taken on. Its look is kept once an hour.
create or replace function ht.heartbeat(shown bytea, out known boolean, out round_at timestamptz, out waiting bigint)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid; w uuid;
begin
  select c.id into own from public.kernel_customer c where c.kind = 'supplier';
  select x.id into w from public.system_monitoring_watcher x where x.customer_id = own and x.token = shown
     and x.id = (select y.id from public.system_monitoring_watcher y where y.customer_id = own order by y.made_at desc, y.id desc limit 1);
  known := w is not null;
  if not known then return; end if;
  select max(r.made_at) into round_at from public.system_monitoring_round r where r.customer_id = own;
  select count(*) into waiting from public.system_monitoring_alarm a where a.customer_id = own and not exists (
    select from public.system_monitoring_alarmstep s where s.customer_id = own and s.alarm_id = a.id and s.kind = 'taken');
  if not exists (select from public.system_monitoring_look l where l.customer_id = own and l.watcher_id = w and l.looked_at > clock_timestamp() - interval '1 hour') then
    insert into public.system_monitoring_look (id, customer_id, watcher_id) values (gen_random_uuid(), own, w);
  end if;
end $$;
grant insert on system_monitoring_look to ht_door;
do $$ declare t text; begin
  foreach t in array array['round', 'exerciseend', 'alarm', 'alarmstep', 'watcher', 'look'] loop
    execute format('grant select on system_monitoring_%s to ht_door', t);
    execute format('create policy door on system_monitoring_%s for select to ht_door using (true)', t);
  end loop;
  foreach t in array array['limit', 'exercise', 'alarmstep', 'watcher'] loop
    execute format('create trigger record_who before insert on system_monitoring_%s for each row execute function ht.record_who()', t);
  end loop;
end $$;
create policy door_looks on system_monitoring_look for insert to ht_door with check (true);
alter function ht.heartbeat(bytea) owner to ht_door;
revoke execute on function ht.heartbeat(bytea) from public;
grant execute on function ht.heartbeat(bytea) to heretask_gate;

-- Every customer's evidence, and what is shown to a collector of metrics on this machine.
create or replace function ht.watch_facts(out installed_at timestamptz, out round_at timestamptz, out figures text, out waiting text, out exercised_at timestamptz,
    out seen integer, out planted integer, out looked_at timestamptz, out minutes text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare own uuid;
begin
  select c.id, c.made_at into own, installed_at from public.kernel_customer c where c.kind = 'supplier';
  select r.made_at, r.figures::text into round_at, figures from public.system_monitoring_round r where r.customer_id = own order by r.made_at desc limit 1;
  select coalesce(jsonb_agg(a.raised_at order by a.raised_at), '[]')::text into waiting from public.system_monitoring_alarm a
   where a.customer_id = own and not exists (select from public.system_monitoring_alarmstep s where s.customer_id = own and s.alarm_id = a.id and s.kind = 'taken');
  select e.ended_at, e.found, e.planted into exercised_at, seen, planted from public.system_monitoring_exerciseend e
   where e.customer_id = own order by e.ended_at desc limit 1;
  select max(l.looked_at) into looked_at from public.system_monitoring_look l where l.customer_id = own;
  select coalesce(jsonb_agg(round(extract(epoch from s.done_at - a.raised_at) / 60)), '[]')::text into minutes
    from public.system_monitoring_alarm a join public.system_monitoring_alarmstep s on s.customer_id = own and s.alarm_id = a.id and s.kind = 'taken'
   where a.customer_id = own and a.raised_at > now() - interval '1 year';
end $$;
alter function ht.watch_facts() owner to ht_door;
revoke execute on function ht.watch_facts() from public;
grant execute on function ht.watch_facts() to heretask_app, heretask_clock;

-- Rounds, alarms and the end of an exercise are written by the rounds alone: nobody who sits in a session says what watching found.
create or replace function ht.only_rounds() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (ht.whose(current_setting('ht.session', true))).kind not in ('periodic', 'operator') then
    raise exception 'watching alone writes this' using errcode = '42501'; end if;
  return new;
end $$;
revoke execute on function ht.only_rounds() from public;
grant execute on function ht.only_rounds() to heretask_app, heretask_owner;
create trigger only_rounds before insert on system_monitoring_round for each row execute function ht.only_rounds();
create trigger only_rounds before insert on system_monitoring_alarm for each row execute function ht.only_rounds();
create trigger only_rounds before insert on system_monitoring_exerciseend for each row execute function ht.only_rounds();
create trigger only_rounds before insert on system_monitoring_alarmstep for each row when (new.kind = 'over') execute function ht.only_rounds();
