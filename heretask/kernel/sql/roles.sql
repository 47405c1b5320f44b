-- Roles of the cluster, made once by its superuser before the first migration. Passwords are set apart.
do $$
declare r text;
begin
  foreach r in array array['heretask_owner', 'heretask_app', 'heretask_gate', 'heretask_worker', 'heretask_clock', 'heretask_sealer'] loop
    if not exists (select from pg_roles where rolname = r) then execute format('create role %I login', r); end if;
    execute format('alter role %I nosuperuser nobypassrls nocreaterole nocreatedb noreplication', r);
  end loop;
  -- owners of definer functions: they cannot sign in, and hold just what their functions need
  foreach r in array array['ht_key', 'ht_door', 'ht_queue', 'ht_log', 'ht_log_reader', 'ht_keeper'] loop
    if not exists (select from pg_roles where rolname = r) then execute format('create role %I nologin', r); end if;
    execute format('grant %I to heretask_owner', r);
  end loop;
end $$;
