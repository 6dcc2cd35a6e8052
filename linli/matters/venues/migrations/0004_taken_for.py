"""The venue of the register that the desk takes an application for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("venues", "0003_link_of_one")]

    operations = [
        migrations.AddField(
            model_name="venuefile",
            name="meant",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="registry.venue",
            ),
        )
    ]
