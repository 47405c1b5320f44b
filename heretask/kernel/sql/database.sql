-- What a fresh database forbids everybody before the owner builds in it. Run by the superuser, once per database.
revoke all on schema public from public;
grant usage, create on schema public to heretask_owner;
create schema if not exists ht authorization heretask_owner;
alter default privileges for role heretask_owner revoke execute on functions from public;
do $$ declare r text; begin
  for r in select rolname from pg_roles where rolname ~ '^(heretask|ht)_' and rolname <> 'ht_super' loop
    execute format('grant usage on schema public, ht to %I', r);
    if r ~ '^ht_' then  -- owners of definer functions
      execute format('grant create on schema ht to %I', r);
      execute format('alter default privileges for role %I revoke execute on functions from public', r);
    end if;
  end loop;
end $$;
-- what one connection runs must not be readable by another: its text may hold parameters
revoke select on pg_stat_activity from public;
revoke execute on function pg_stat_get_activity(int), pg_stat_get_backend_activity(int) from public;
