"""Who came after the whole was frozen, who was told by hand, and what the database holds of breaches."""

from django.db import migrations, models

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0021_sms"),
        ("system_breaches", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="step",
            name="breach_reached_once",
        ),
        migrations.AddField(
            model_name="touched",
            name="afterwards",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    ("assessed", "Assessed"),
                    ("dismissed", "Dismissed"),
                    ("contained", "Contained"),
                    ("scoped", "Scoped"),
                    ("drafted", "Drafted"),
                    ("approved", "Approved"),
                    ("started", "Started"),
                    ("sent", "Sent"),
                    ("reached", "Reached"),
                    ("heard", "Heard"),
                    ("received", "Received"),
                    ("police", "Police"),
                    ("noted", "Noted"),
                    ("closed", "Closed"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "heard")), fields=("customer", "case", "about"), name="breach_heard_once"
            ),
        ),
        migrations.RunSQL(sql.read("breaches")),
    ]
