"""Versions, runs and readings stay as they were written, whoever asks."""

from django.db import migrations

TABLES = ("plan_storedplace", "plan_placeversion", "plan_run", "plan_reading")
KEEP = "CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();"
FORGET = "DROP TRIGGER keep_as_written ON {};"


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial"), ("record", "0001_initial")]
    operations = [migrations.RunSQL(KEEP.format(table), FORGET.format(table)) for table in TABLES]
