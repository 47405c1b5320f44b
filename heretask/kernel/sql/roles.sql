-- Roles of the cluster, made once by its superuser before the first migration. Passwords are set apart.
do $$
declare r text;
begin
  foreach r in array array[
    'heretask_owner', 'heretask_app', 'heretask_gate', 'heretask_worker', 'heretask_clock', 'heretask_sealer'
  ] loop
    if not exists (select from pg_roles where rolname = r) then execute format('create role %I login', r); end if;
    execute format('alter role %I nosuperuser nobypassrls nocreaterole nocreatedb noreplication', r);
  end loop;
  -- reads every customer's rows for the backup, and nothing more: a listed exception of the catalogue check
  if not exists (select from pg_roles where rolname = 'heretask_backup') then create role heretask_backup login; end if;
  alter role heretask_backup nosuperuser bypassrls nocreaterole nocreatedb noreplication;
  alter role heretask_backup set default_transaction_read_only = on;
  -- owners of definer functions: they cannot sign in, and hold just what their functions need
  foreach r in array array['ht_key', 'ht_door', 'ht_queue', 'ht_log', 'ht_log_reader', 'ht_keeper', 'ht_search', 'ht_board', 'ht_grants', 'ht_feed', 'ht_incidents', 'ht_breaches'] loop
    if not exists (select from pg_roles where rolname = r) then execute format('create role %I nologin', r); end if;
    execute format('grant %I to heretask_owner', r);
  end loop;
end $$;
