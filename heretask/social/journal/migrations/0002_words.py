"""The index of notes' keyed words: a table of its own beside the notes, which the web may write and search, never read.

A row comes and goes with its note. `words` is null until somebody who holds the key has written it, and becomes null
again when the text changes or a correction is added: what is not indexed is known, and never stale.
"""

from django.db import migrations

TABLE = """
create table social_journal_notewords (
  customer_id uuid not null, id uuid not null, citizen uuid not null, at timestamptz not null,
  only_for uuid,  -- an unsigned note is its author's alone
  words bigint[],
  primary key (customer_id, id)
);
alter table social_journal_notewords alter column words set storage external;  -- hashes cannot be compressed
insert into social_journal_notewords (customer_id, id, citizen, at, only_for)
  select customer_id, id, citizen_id, happened_at, case when signed_at is null then author_id end from social_journal_note;
alter table social_journal_notewords add constraint social_journal_notewords_id_own foreign key (customer_id, id)
  references social_journal_note (customer_id, id) on delete cascade deferrable initially deferred;
create index notewords_newest on social_journal_notewords (customer_id, at desc, id desc);
create index notewords_waiting on social_journal_notewords (customer_id, at desc, id desc) where words is null;
create index notewords_words on social_journal_notewords using gin (words)
  with (fastupdate = on, gin_pending_list_limit = 65536) where words is not null;
alter table social_journal_notewords enable row level security;
alter table social_journal_notewords force row level security;
create policy tenant on social_journal_notewords to heretask_app
  using (customer_id = (select ht.customer())) with check (customer_id = (select ht.customer()));
create policy owner on social_journal_notewords to heretask_owner
  using (customer_id = (select ht.customer())) with check (customer_id = (select ht.customer()));
create policy search on social_journal_notewords to ht_search using (true) with check (true);
grant select, insert, update on social_journal_notewords to ht_search;
"""

# Whoever writes a note or a correction, by whatever way: nobody can forget the index.
FOLLOW = """
create function ht.follow_note() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into public.social_journal_notewords (customer_id, id, citizen, at, only_for)
      values (new.customer_id, new.id, new.citizen_id, new.happened_at, case when new.signed_at is null then new.author_id end);
  else
    update public.social_journal_notewords x set at = new.happened_at,
        only_for = case when new.signed_at is null then new.author_id end,
        words = case when new.text = old.text then x.words end
      where x.customer_id = new.customer_id and x.id = new.id;
  end if;
  return null;
end $$;
create function ht.follow_correction() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.social_journal_notewords x set words = null where x.customer_id = new.customer_id and x.id = new.note_id;
  return null;
end $$;
"""

WRITE = """
-- Keep the words of notes: `counts` says how many of `w` belong to each note. Returns how many notes were kept.
create function ht.index_notes(notes uuid[], counts integer[], w bigint[]) returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid := ht.customer(); first integer := 1; kept integer := 0; i integer;
begin
  for i in 1 .. coalesce(cardinality(notes), 0) loop
    update public.social_journal_notewords x set words = w[first : first + counts[i] - 1] where x.customer_id = c and x.id = notes[i];
    if found then kept := kept + 1; end if;
    first := first + counts[i];
  end loop;
  return kept;
end $$;

-- Notes whose words are missing, newest first, locked until the transaction ends, so that no correction slips in between.
create function ht.notes_to_index(most integer) returns setof uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select x.id from public.social_journal_notewords x where x.customer_id = ht.customer() and x.words is null
    order by x.at desc, x.id desc limit most for update skip locked;
end $$;

-- How many notes are not in the index yet, counted up to `most`: of these citizens as this person sees them, or (null) of all.
create function ht.notes_not_indexed(citizens uuid[], most integer) returns integer
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare s record;
begin
  select * into s from ht.whose(current_setting('ht.session', true));
  return (select count(*) from (select from public.social_journal_notewords x where x.customer_id = s.customer and x.words is null
    and (citizens is null or x.citizen = any(citizens) and (x.only_for is null or x.only_for = s.person)) limit most) y);
end $$;
"""

# Newest first in bounded steps, until a page is full. The web names the citizens that its person may see; the customer
# and the person are the session's. No customer's filter where the index is asked: words are keyed by customer, and with
# the filter rare words took twice as long. A look at the newest 100 tells whether walking on or the index is quicker.
# Plans are the same for all words: a plan made anew each time cost more than the walk itself.
FIND = """
create function ht.find_notes(w bigint[], citizens uuid[], n integer,
    before timestamptz default 'infinity', before_id uuid default 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  returns table (id uuid, at timestamptz) rows 20
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare s record; ids uuid[]; ats timestamptz[]; hits integer; step integer; steps integer[] := array[100]; cap constant integer := 800;
begin
  select * into s from ht.whose(current_setting('ht.session', true));
  while cardinality(steps) > 0 loop
    step := steps[1]; steps := steps[2:];
    if step > 0 then
      select array_agg(z.id), array_agg(z.at) into ids, ats from (
        select y.id, y.at from (
          select x.id, x.at, x.words, x.citizen, x.only_for from public.social_journal_notewords x
           where x.customer_id = s.customer and (x.at, x.id) < (before, before_id) order by x.at desc, x.id desc limit step) y
         where y.words @> w and y.citizen = any(citizens) and (y.only_for is null or y.only_for = s.person) limit n) z;
      if cardinality(ids) >= n then return query select * from unnest(ids, ats); return; end if;
      if step = 100 then steps := case when cardinality(ids) >= 3 then array[6400, 0] else array[0, 6400] end; end if;
    else  -- fewer hits than the cap: the index's answer is complete
      with h as materialized (select x.customer_id, x.id, x.at, x.citizen, x.only_for from public.social_journal_notewords x
        where x.words @> w limit cap),
      own as (select h.id, h.at from h where h.customer_id = s.customer and (h.at, h.id) < (before, before_id)
         and h.citizen = any(citizens) and (h.only_for is null or h.only_for = s.person) order by h.at desc, h.id desc limit n)
      select (select count(*) from h), array_agg(own.id), array_agg(own.at) into hits, ids, ats from own;
      if hits < cap then return query select * from unnest(ids, ats); return; end if;
    end if;
  end loop;
  return query with h as materialized (select x.customer_id, x.id, x.at, x.citizen, x.only_for from public.social_journal_notewords x
      where x.words @> w)  -- once frequent, not lately: all hits
    select h.id, h.at from h where h.customer_id = s.customer and (h.at, h.id) < (before, before_id) and h.citizen = any(citizens)
       and (h.only_for is null or h.only_for = s.person) order by h.at desc, h.id desc limit n;
end $$;
"""

GRANTS = """
do $$ declare f text; begin
  foreach f in array array['ht.follow_note()', 'ht.follow_correction()', 'ht.index_notes(uuid[], integer[], bigint[])',
      'ht.notes_to_index(integer)', 'ht.notes_not_indexed(uuid[], integer)',
      'ht.find_notes(bigint[], uuid[], integer, timestamptz, uuid)'] loop
    execute format('alter function %s owner to ht_search', f);
    execute format('revoke execute on function %s from public', f);
    if f !~ 'follow' then execute format('grant execute on function %s to heretask_app', f); end if;
  end loop;
end $$;
create trigger words_follow after insert or update on social_journal_note for each row execute function ht.follow_note();
create trigger words_follow after insert on social_journal_correction for each row execute function ht.follow_correction();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_search"), ("social_journal", "0001_initial")]
    operations = [
        migrations.RunSQL("alter table social_journal_note no force row level security"),  # every customer's notes
        migrations.RunSQL(TABLE),
        migrations.RunSQL("alter table social_journal_note force row level security"),
        migrations.RunSQL(FOLLOW + WRITE + FIND + GRANTS),
    ]
