"""Finding who has opened a citizen, also where they stood among others; and whether a letter about it names staff."""

from django.db import migrations, models

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0006_secrets"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="letter_names",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(sql.read("reading")),
    ]
