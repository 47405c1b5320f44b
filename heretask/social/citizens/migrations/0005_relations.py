"""Relations end by themselves and stay readable; sealing says when and why; an emergency opening lasts three hours at most."""

import datetime

import django.db.models.expressions
from django.db import migrations, models

import heretask.kernel.secrets.fields


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0011_own_roles"),
        ("social_citizens", "0004_reach"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="relation",
            name="citizen_relation_once",
        ),
        migrations.AddField(
            model_name="citizen",
            name="sealed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="citizen",
            name="sealed_why",
            field=heretask.kernel.secrets.fields.Sealed(default=b"", of="id"),
        ),
        migrations.AddField(
            model_name="relation",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="relation",
            name="ends_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="emergencyopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "until__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("made_at"), "+", models.Value(datetime.timedelta(seconds=10800))
                        ),
                    )
                ),
                name="emergency_three_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencyopening",
            constraint=models.CheckConstraint(
                condition=models.Q(("followed_by", models.F("user")), _negated=True), name="emergency_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("customer", "citizen", "user", "kind"),
                name="citizen_relation_once",
            ),
        ),
    ]
