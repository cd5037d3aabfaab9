"""A place, and all that hangs on it, is there only for those who have a role that sees it."""

from django.db import migrations

TABLES = {
    "plan_storedplace": "leftshift_sees(code)",
    "plan_placeversion": "EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id)",
    "plan_run": "EXISTS (SELECT 1 FROM plan_placeversion v WHERE v.id = version_id)",
    "plan_reading": "CASE WHEN version_id IS NULL THEN leftshift_sees('') ELSE EXISTS (SELECT 1 FROM plan_placeversion v WHERE v.id = version_id) END",
}
KEEP = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY sees ON {table} USING ({rule}) WITH CHECK ({rule});
"""
FORGET = """
DROP POLICY sees ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("plan", "0002_keep_as_written"), ("accounts", "0002_who_sees_what")]
    operations = [
        migrations.RunSQL(KEEP.format(table=table, rule=rule), FORGET.format(table=table))
        for table, rule in TABLES.items()
    ]
