"""A shop has one link, and it is the venues matter's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("patrols", "0001_initial")]

    operations = [migrations.DeleteModel(name="KeeperLink")]
