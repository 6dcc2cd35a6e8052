"""A shop's link belongs to its application first and to the venue from the approval on."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def pass_on(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Links of applications that name their venue are the venue's."""
    links = apps.get_model("venues", "VenueLink")
    for link in links.objects.exclude(file__venue=None).select_related("file"):
        links.objects.filter(pk=link.pk).update(file=None, venue=link.file.venue_id)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("venues", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="venuelink",
            name="file",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="venues.venuefile",
            ),
        ),
        migrations.AddField(
            model_name="venuelink",
            name="venue",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="registry.venue",
            ),
        ),
        migrations.AddIndex(
            model_name="venuelink",
            index=models.Index(fields=["community", "venue"], name="venue_link_venue"),
        ),
        migrations.RunPython(pass_on, migrations.RunPython.noop),
    ]
