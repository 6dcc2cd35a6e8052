"""The oldest readings of a community are found at once."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_imports")]

    operations = [
        migrations.AddIndex("reading", models.Index(fields=["community", "at"], name="reading_age")),
    ]
