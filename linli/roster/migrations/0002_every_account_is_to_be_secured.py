"""Every account starts without a second factor seen; who has one is noticed at the next page, without being asked."""

from __future__ import annotations

from django.db import migrations, models


def look_again(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Accounts made before the question was asked are asked too."""
    apps.get_model("roster", "User").objects.update(must_secure=True)


class Migration(migrations.Migration):
    dependencies = [("roster", "0001_initial")]

    operations = [
        migrations.AlterField("user", "must_secure", models.BooleanField(default=True)),
        migrations.RunPython(look_again, migrations.RunPython.noop),
    ]
