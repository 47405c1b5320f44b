-- Who did it stands in a record as the database knows it, never as the program says it: the session's person, or nobody for the operator.
create or replace function ht.record_who() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.done_by := (ht.whose(current_setting('ht.session', true))).person;
  return new;
end $$;
revoke execute on function ht.record_who() from public;
grant execute on function ht.record_who() to heretask_app, heretask_owner;

do $$ declare t text; begin
  foreach t in array array['entry', 'value', 'version', 'signature', 'closing'] loop
    execute format('create trigger record_who before insert on system_records_%s for each row execute function ht.record_who()', t);
  end loop; end $$;
