"""A message goes to a resident or to a shop."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0001_initial"), ("registry", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="residentmessage",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="registry.person",
            ),
        ),
        migrations.AddField(
            model_name="residentmessage",
            name="venue",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="registry.venue",
            ),
        ),
        migrations.AddIndex(
            model_name="residentmessage",
            index=models.Index(fields=["community", "venue", "sent_at"], name="resident_message_shop"),
        ),
        migrations.AddConstraint(
            model_name="residentmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", None), ("venue__isnull", False))
                | models.Q(("person__isnull", False), ("venue", None)),
                name="resident_message_to_one",
            ),
        ),
    ]
