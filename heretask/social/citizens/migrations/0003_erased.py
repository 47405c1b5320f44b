"""When a citizen was erased; nothing of theirs stays findable, and nothing waits to be indexed."""

from django.db import migrations, models

FOLLOW = """
create or replace function ht.follow_citizen() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.social_citizens_citizenwords as x (customer_id, id) values (new.customer_id, new.id)
    on conflict (customer_id, id) do update set words = case when new.erased_at is null then null else '{}'::bigint[] end;
  return null;
end $$;
drop trigger words_follow on social_citizens_citizen;
create trigger words_follow after insert or update of name, facts, erased_at on social_citizens_citizen
  for each row execute function ht.follow_citizen();
"""


class Migration(migrations.Migration):
    dependencies = [("social_citizens", "0002_words")]
    operations = [
        migrations.AddField(model_name="citizen", name="erased_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(FOLLOW),
    ]
