"""What goes with a destroyed key, and the clock's way to have waiting notes and names indexed: a ticket only for customers where something waits."""

from django.db import migrations

FUNCTIONS = """
create function ht.customers_to_index() returns setof uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.id from public.kernel_customer c where c.active and (
    exists (select from public.social_journal_notewords x where x.customer_id = c.id and x.words is null)
    or exists (select from public.social_citizens_citizenwords x where x.customer_id = c.id and x.words is null)) $$;
grant select on kernel_customer to ht_search;
create policy search on kernel_customer for select to ht_search using (true);

-- One job a customer at a time, and one a minute at most; returns how many were asked for.
create function ht.tick_index(minutes integer default 15) returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid; n integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtext('ht.tick_index')) then return 0; end if;
  for c in select * from ht.customers_to_index() loop
    if not exists (select from public.kernel_job j where j.customer_id = c and j.task = 'social.index'
        and (j.made_at > clock_timestamp() - interval '1 minute'
          or j.ended_at is null and j.made_at > clock_timestamp() - make_interval(mins => minutes))) then
      perform ht._issue(c, null, 'periodic', 'social.index', '{}', 'default', null, minutes); n := n + 1;
    end if;
  end loop;
  return n;
end $$;
-- Whose key is destroyed is found by no word any more.
create function ht.forget_words() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.social_journal_notewords x set words = '{}' where x.customer_id = old.customer_id and x.citizen = old.subject;
  update public.social_citizens_citizenwords x set words = '{}' where x.customer_id = old.customer_id and x.id = old.subject;
  return null;
end $$;
alter function ht.forget_words() owner to ht_search;
revoke execute on function ht.forget_words() from public;
create trigger words_forget after delete on kernel_datakey for each row execute function ht.forget_words();
alter function ht.customers_to_index() owner to ht_search;
alter function ht.tick_index(integer) owner to ht_queue;
revoke execute on function ht.customers_to_index(), ht.tick_index(integer) from public;
grant execute on function ht.customers_to_index() to ht_queue;
grant execute on function ht.tick_index(integer) to heretask_clock;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("social_citizens", "0002_words"), ("social_journal", "0002_words")]
    operations = [migrations.RunSQL(FUNCTIONS)]
