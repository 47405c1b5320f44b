"""What a duty was closed with, where it is a thing of the systems; and the records' figures for everybody's evidence."""

from django.db import migrations, models

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("system_records", "0001_initial"),
        ("system_staff", "0002_probation"),
    ]

    operations = [
        migrations.AddField(
            model_name="closing",
            name="reference",
            field=models.CharField(default="", max_length=80),
        ),
        migrations.RunSQL(sql.read("record_figures")),
    ]
