"""A list keeps which items of each score were met, where the run does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField("listed", "items", models.JSONField(default=dict, db_default={})),
    ]
