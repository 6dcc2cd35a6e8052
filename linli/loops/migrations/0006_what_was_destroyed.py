"""The proof that something was destroyed."""

from __future__ import annotations

from django.db import migrations, models

import linli.base.ids


class Migration(migrations.Migration):
    dependencies = [("loops", "0005_walk_promises_within_a_place")]

    operations = [
        migrations.CreateModel(
            name="Destruction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=linli.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("community_id", models.UUIDField()),
                ("of", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField()),
                ("rule", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("community_id", "at", "of", "rule"), name="destruction_once"
                    )
                ]
            },
        )
    ]
