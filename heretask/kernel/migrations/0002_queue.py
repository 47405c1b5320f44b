"""Roles and functions around the job queue, once the queue's own tables are there."""

from django.db import migrations

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(sql.read("queue"))]
