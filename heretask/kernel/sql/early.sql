-- Functions that policies and triggers name, before any table exists. Bodies that read tables follow in sessions.sql.
create or replace function ht.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin raise exception '% only ever grows', tg_table_name using errcode = '42501'; end $$;

create or replace function ht.customer() returns uuid
  language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp as $$
begin raise exception 'no live session' using errcode = '28000'; end $$;
grant execute on function ht.customer() to heretask_app, heretask_owner;
