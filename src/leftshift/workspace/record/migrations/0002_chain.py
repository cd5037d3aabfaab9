"""Each event carries a digest of itself and of the one before; who asks is what the database was told."""

from django.db import migrations, models

CHAIN = r"""
CREATE FUNCTION leftshift_event_digest(previous text, number bigint, at timestamptz, by_whom text, actor text,
                                       action text, subject text, place text, detail jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(previous, number, extract(epoch FROM at)::text, by_whom, actor,
                                                      action, subject, place, detail)::text, 'UTF8')), 'hex')
$$;

ALTER TABLE record_event DISABLE TRIGGER keep_as_written;
DO $$
DECLARE entry record; so_far text := ''; counted bigint := 0;
BEGIN
    FOR entry IN SELECT * FROM record_event ORDER BY id LOOP
        counted := counted + 1;
        UPDATE record_event SET number = counted, previous = so_far,
            digest = leftshift_event_digest(so_far, counted, entry.at, to_jsonb(entry)->>'by', entry.actor, entry.action, entry.subject, entry.place, entry.detail)
            WHERE id = entry.id RETURNING digest INTO so_far;
    END LOOP;
    INSERT INTO record_head (id, events, digest) VALUES (1, counted, so_far);
END $$;
ALTER TABLE record_event ENABLE TRIGGER keep_as_written;

-- runs as the owner: the role of the workspace can neither move the head nor choose a digest, a time or an actor
CREATE FUNCTION leftshift_chain_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE head record;
BEGIN
    SELECT * INTO head FROM record_head WHERE id = 1 FOR UPDATE;
    NEW.number := head.events + 1;
    NEW.previous := head.digest;
    NEW.at := clock_timestamp();
    NEW.actor := coalesce(current_setting('leftshift.actor', true), '');
    NEW.digest := leftshift_event_digest(NEW.previous, NEW.number, NEW.at, to_jsonb(NEW)->>'by', NEW.actor, NEW.action, NEW.subject, NEW.place, NEW.detail);
    UPDATE record_head SET events = NEW.number, digest = NEW.digest WHERE id = 1;
    RETURN NEW;
END $$;
CREATE TRIGGER chain_event BEFORE INSERT ON record_event FOR EACH ROW EXECUTE FUNCTION leftshift_chain_event();
"""
UNCHAIN = """
DROP TRIGGER chain_event ON record_event; DROP FUNCTION leftshift_chain_event(); DELETE FROM record_head;
DROP FUNCTION leftshift_event_digest(text, bigint, timestamptz, text, text, text, text, text, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [
        migrations.AddField("event", "number", models.BigIntegerField(editable=False, null=True, unique=True)),
        migrations.AddField("event", "actor", models.CharField(default="", db_default="", editable=False, max_length=40)),
        migrations.AddField("event", "place", models.CharField(default="", db_default="", max_length=100)),
        migrations.AddField("event", "previous", models.CharField(default="", db_default="", editable=False, max_length=64)),
        migrations.AddField("event", "digest", models.CharField(default="", db_default="", editable=False, max_length=64)),
        migrations.AlterField("event", "by", models.CharField(max_length=400)),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("events", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunSQL(CHAIN, UNCHAIN),
    ]
