"""Since when the staff gates are asked."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0015_approvals"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="gates_from",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
    ]
