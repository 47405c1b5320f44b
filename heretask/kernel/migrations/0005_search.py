"""What indexes of keyed words need of the kernel: whose session it is, and being tidied up by the clock."""

from django.db import migrations

from heretask.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_sealing")]
    operations = [migrations.RunSQL(sql.read("search"))]
