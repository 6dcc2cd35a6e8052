"""Tries to sign in, and the table of Django's database cache."""

from __future__ import annotations

from django.db import migrations, models

import linli.base.ids


class Migration(migrations.Migration):
    dependencies = [("roster", "0002_every_account_is_to_be_secured")]

    operations = [
        migrations.CreateModel(
            name="SignInTry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=linli.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account", models.BinaryField(max_length=32)),
                ("address", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "at"], name="try_account"),
                    models.Index(fields=["address", "at"], name="try_address"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
