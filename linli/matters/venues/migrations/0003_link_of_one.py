"""A link is an application's or a venue's, never both or neither: apart from the moving of rows before it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("venues", "0002_one_link_for_a_shop")]

    operations = [
        migrations.AddConstraint(
            model_name="venuelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("file", None), ("venue__isnull", False))
                | models.Q(("file__isnull", False), ("venue", None)),
                name="venue_link_of_one",
            ),
        )
    ]
