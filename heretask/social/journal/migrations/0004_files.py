"""The photos of a signed note stand with it: none comes, none goes, until the citizen is erased."""

from django.db import migrations

STANDS = """
create function ht.note_files_stand() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare f public.kernel_keptfile;
begin
  f := case when tg_op = 'DELETE' then old else new end;
  if f.held_as = 'social.note'
     and exists (select from public.social_journal_note n
                  where n.customer_id = f.customer_id and n.id = f.held_by and n.signed_at is not null)
     and exists (select from public.kernel_datakey k where k.customer_id = f.customer_id and k.subject = f.citizen) then
    raise exception 'the files of a signed note stand as they are' using errcode = '23514';
  end if;
  return f;
end $$;
create trigger note_files_stand before insert or update or delete on kernel_keptfile
  for each row execute function ht.note_files_stand();
"""


class Migration(migrations.Migration):
    dependencies = [("social_journal", "0003_erased"), ("kernel", "0020_files")]
    operations = [migrations.RunSQL(STANDS)]
