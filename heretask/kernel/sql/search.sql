-- Indexes of keyed words. The role that owns their functions needs to know whose session it is, and nothing else here.
grant execute on function ht.whose(text), ht.customer() to ht_search;

-- The clock's way: whoever fills a GIN index's list of pending entries would pay for sorting it in. Returns how many pages.
create or replace function ht.clean_words() returns bigint
  language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(gin_clean_pending_list(c.oid::regclass)), 0)::bigint from pg_class c join pg_am a on a.oid = c.relam
   where a.amname = 'gin' and c.relkind = 'i' and c.relnamespace = 'public'::regnamespace and c.relowner = 'heretask_owner'::regrole $$;
revoke execute on function ht.clean_words() from public;
grant execute on function ht.clean_words() to heretask_clock;
