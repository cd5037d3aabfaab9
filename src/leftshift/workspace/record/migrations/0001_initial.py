"""The events, and the trigger that keeps them as they were written."""

from django.db import migrations, models

KEEP = """
CREATE FUNCTION leftshift_keep_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON record_event
    FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();
"""
FORGET = "DROP TRIGGER keep_as_written ON record_event; DROP FUNCTION leftshift_keep_as_written();"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("by", models.CharField(max_length=200)),
                ("action", models.CharField(max_length=100)),
                ("subject", models.CharField(max_length=300)),
                ("detail", models.JSONField(default=dict)),
            ],
            options={"ordering": ("id",)},
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
