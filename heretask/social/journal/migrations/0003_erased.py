"""The notes of an erased citizen leave the index of words with them: what nobody can read nobody finds."""

from django.db import migrations

FORGET = """
create function ht.forget_notes() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.social_journal_notewords x set words = '{}' where x.customer_id = new.customer_id and x.citizen = new.id;
  return null;
end $$;
alter function ht.forget_notes() owner to ht_search;
revoke execute on function ht.forget_notes() from public;
create trigger words_forget after update of erased_at on social_citizens_citizen
  for each row when (new.erased_at is not null) execute function ht.forget_notes();
"""


class Migration(migrations.Migration):
    dependencies = [("social_journal", "0002_words"), ("social_citizens", "0003_erased")]
    operations = [migrations.RunSQL(FORGET)]
