"""No table: these registers are the records engine's. The function by which customers read who helps the supplier."""

from django.db import migrations

from heretask.kernel import sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("system_staff", "0002_probation"),
        ("system_records", "0002_proofs"),
    ]

    operations = [migrations.RunSQL(sql.read("helpers"))]
