"""The index of citizens' keyed prefixes (names and rooms), which the web may write and search, never read.

`words` is null where the name was changed and nobody has indexed it yet; such a citizen counts as one who may fit.
"""

from django.db import migrations

TABLE = """
create table social_citizens_citizenwords (
  customer_id uuid not null, id uuid not null, words bigint[],
  primary key (customer_id, id)
);
alter table social_citizens_citizenwords alter column words set storage external;
insert into social_citizens_citizenwords (customer_id, id) select customer_id, id from social_citizens_citizen;
alter table social_citizens_citizenwords add constraint social_citizens_citizenwords_id_own foreign key (customer_id, id)
  references social_citizens_citizen (customer_id, id) on delete cascade deferrable initially deferred;
create index citizenwords_waiting on social_citizens_citizenwords (customer_id, id) where words is null;
create index citizenwords_words on social_citizens_citizenwords using gin (words)
  with (fastupdate = on, gin_pending_list_limit = 65536) where words is not null;
alter table social_citizens_citizenwords enable row level security;
alter table social_citizens_citizenwords force row level security;
create policy tenant on social_citizens_citizenwords to heretask_app
  using (customer_id = (select ht.customer())) with check (customer_id = (select ht.customer()));
create policy owner on social_citizens_citizenwords to heretask_owner
  using (customer_id = (select ht.customer())) with check (customer_id = (select ht.customer()));
create policy search on social_citizens_citizenwords to ht_search using (true) with check (true);
grant select, insert, update on social_citizens_citizenwords to ht_search;
"""

FUNCTIONS = """
create function ht.follow_citizen() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.social_citizens_citizenwords as x (customer_id, id) values (new.customer_id, new.id)
    on conflict (customer_id, id) do update set words = null;
  return null;
end $$;

-- Keep the prefixes of citizens: `counts` says how many of `w` belong to each. Returns how many citizens were kept.
create function ht.index_citizens(ids uuid[], counts integer[], w bigint[]) returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid := ht.customer(); first integer := 1; kept integer := 0; i integer;
begin
  for i in 1 .. coalesce(cardinality(ids), 0) loop
    update public.social_citizens_citizenwords x set words = w[first : first + counts[i] - 1] where x.customer_id = c and x.id = ids[i];
    if found then kept := kept + 1; end if;
    first := first + counts[i];
  end loop;
  return kept;
end $$;

create function ht.citizens_to_index(most integer) returns setof uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select x.id from public.social_citizens_citizenwords x where x.customer_id = ht.customer() and x.words is null
    order by x.id limit most for update skip locked;
end $$;

-- Which of these citizens have all the prefixes, and which are not indexed.
create function ht.find_citizens(w bigint[], citizens uuid[]) returns setof uuid rows 20
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare c uuid := ht.customer();
begin
  return query with h as materialized (select x.customer_id, x.id from public.social_citizens_citizenwords x where x.words @> w)
    select h.id from h where h.customer_id = c and h.id = any(citizens)
    union all select x.id from public.social_citizens_citizenwords x where x.customer_id = c and x.words is null and x.id = any(citizens);
end $$;

do $$ declare f text; begin
  foreach f in array array['ht.follow_citizen()', 'ht.index_citizens(uuid[], integer[], bigint[])',
      'ht.citizens_to_index(integer)', 'ht.find_citizens(bigint[], uuid[])'] loop
    execute format('alter function %s owner to ht_search', f);
    execute format('revoke execute on function %s from public', f);
    if f !~ 'follow' then execute format('grant execute on function %s to heretask_app', f); end if;
  end loop;
end $$;
create trigger words_follow after insert or update of name, facts on social_citizens_citizen
  for each row execute function ht.follow_citizen();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_search"), ("social_citizens", "0001_initial")]
    operations = [
        migrations.RunSQL("alter table social_citizens_citizen no force row level security"),
        migrations.RunSQL(TABLE),
        migrations.RunSQL("alter table social_citizens_citizen force row level security"),
        migrations.RunSQL(FUNCTIONS),
    ]
