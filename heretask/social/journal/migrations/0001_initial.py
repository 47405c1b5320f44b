"""Notes and corrections, and the trigger that refuses any change of a signed note."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import heretask.kernel.db.operations
import heretask.kernel.secrets.fields
import heretask.kernel.tenancy.base

# Whoever asks, the owner included: what is signed stands, so that a correction can only ever be a row beside it.
SIGNED_STANDS = """
create function ht.refuse_change_of_signed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.signed_at is not null then raise exception 'a signed note stands as it is' using errcode = '42501'; end if;
  if tg_op = 'DELETE' then return old; end if;
  if new.customer_id <> old.customer_id or new.citizen_id <> old.citizen_id or new.author_id <> old.author_id then
    raise exception 'a note keeps its citizen and its author' using errcode = '42501';
  end if;
  return new;
end $$;
revoke execute on function ht.refuse_change_of_signed() from public;
grant execute on function ht.refuse_change_of_signed() to heretask_app, heretask_owner;
create trigger signed_stands before update or delete on social_journal_note
  for each row execute function ht.refuse_change_of_signed();
create trigger signed_stands_whole before truncate on social_journal_note
  for each statement execute function ht.refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0002_queue"),
        ("social_citizens", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("diary", "Diary"),
                            ("health", "Health"),
                            ("talk", "Conversation"),
                            ("agreement", "Agreement"),
                        ],
                        default="diary",
                        max_length=10,
                    ),
                ),
                ("text", heretask.kernel.secrets.fields.Sealed(default=b"", of="citizen_id")),
                ("happened_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("signed_at", models.DateTimeField(null=True)),
                (
                    "author",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "citizen",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="social_citizens.citizen"
                    ),
                ),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
                (
                    "signed_by",
                    heretask.kernel.tenancy.base.OwnKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=heretask.kernel.tenancy.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", heretask.kernel.secrets.fields.Sealed(default=b"", of="citizen_id")),
                ("reason", heretask.kernel.secrets.fields.Sealed(default=b"", of="citizen_id")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.user"
                    ),
                ),
                (
                    "citizen",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="social_citizens.citizen"
                    ),
                ),
                (
                    "customer",
                    heretask.kernel.tenancy.base.CustomerKey(
                        default=heretask.kernel.tenancy.base.current_customer,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.customer",
                    ),
                ),
                (
                    "note",
                    heretask.kernel.tenancy.base.OwnKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="social_journal.note",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["customer", "citizen", "-happened_at", "-id"], name="note_newest"),
        ),
        heretask.kernel.db.operations.SecureTables(
            tables=["social_journal.correction", "social_journal.note"],
            append_only=["social_journal.correction"],
        ),
        migrations.RunSQL(SIGNED_STANDS),
    ]
