"""People: cohorts of places, lists of people, and who looked at whom, which the database itself keeps as it was written."""

import django.db.models.deletion
from django.db import migrations, models


MAY = """
CREATE FUNCTION leftshift_{name}(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM accounts_grant JOIN accounts_account ON accounts_account.id = accounts_grant.account_id
        WHERE accounts_account.id::text = current_setting('leftshift.actor', true) AND accounts_account.is_active
          AND accounts_grant.ended_at IS NULL AND accounts_grant.place IN ('', wanted)
          AND accounts_grant.role IN ('{role}'))
$$;
"""
SYSTEM = "current_setting('leftshift.actor', true) = 'system'"
# a subquery that does not look at the row is asked once a query, and not once a person
PLACE = "place_id IN (SELECT p.id FROM plan_storedplace p{more})"
RELEASE = "release_id IN (SELECT r.id FROM people_release r{more})"
FINDS = RELEASE.format(more=" JOIN plan_storedplace p ON p.id = r.place_id WHERE leftshift_finds_people(p.code)")
BIND = "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
# Cohorts are seen by whoever sees the place. People are listed by the system alone, and seen by whoever may find them. A look is
# written by whoever may find people, as themselves, and seen by them and by whoever watches over looks.
BOUND = f"""
{BIND.format(table="people_release")} CREATE POLICY sees ON people_release USING ({PLACE.format(more="")}) WITH CHECK ({SYSTEM});
{BIND.format(table="people_cohortcell")} CREATE POLICY sees ON people_cohortcell USING ({RELEASE.format(more="")}) WITH CHECK ({SYSTEM});
{BIND.format(table="people_listed")} CREATE POLICY loads ON people_listed USING ({SYSTEM}) WITH CHECK ({SYSTEM});
CREATE POLICY finds ON people_listed FOR SELECT USING ({FINDS});
{BIND.format(table="people_access")}
CREATE POLICY looks ON people_access FOR INSERT WITH CHECK ({PLACE.format(more=" WHERE leftshift_finds_people(p.code)")});
CREATE POLICY watches ON people_access FOR SELECT USING ({SYSTEM} OR actor = current_setting('leftshift.actor', true)
    OR {PLACE.format(more=" WHERE leftshift_watches_looks(p.code)")});
"""
KEEP = "CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();"
FORGET = "DROP TRIGGER keep_as_written ON {table};"
KEPT = ("people_release", "people_cohortcell", "people_access")

CHAIN = r"""
CREATE FUNCTION leftshift_access_content(entry people_access) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(entry.previous, entry.number, extract(epoch FROM entry.at)::text, to_jsonb(entry)->>'by', entry.actor,
                             entry.place_id, entry.key, entry.page, entry.view, entry.cohort, entry.purpose, entry.reason)::text
$$;
INSERT INTO people_accesshead (id, looks, digest) VALUES (1, 0, '');

-- runs as the owner: the role of the workspace can neither move the head nor choose a digest, a time or an actor
CREATE FUNCTION leftshift_chain_access() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE head record;
BEGIN
    SELECT * INTO head FROM people_accesshead WHERE id = 1 FOR UPDATE;
    NEW.number := head.looks + 1;
    NEW.previous := head.digest;
    NEW.at := clock_timestamp();
    NEW.actor := coalesce(current_setting('leftshift.actor', true), '');
    NEW.digest := encode(sha256(convert_to(leftshift_access_content(NEW), 'UTF8')), 'hex');
    UPDATE people_accesshead SET looks = NEW.number, digest = NEW.digest WHERE id = 1;
    RETURN NEW;
END $$;
CREATE TRIGGER chain_access BEFORE INSERT ON people_access FOR EACH ROW EXECUTE FUNCTION leftshift_chain_access();
"""
UNCHAIN = """
DROP TRIGGER chain_access ON people_access; DROP FUNCTION leftshift_chain_access(); DELETE FROM people_accesshead;
DROP FUNCTION leftshift_access_content(people_access);
"""
UNBIND = """
DROP POLICY watches ON people_access; DROP POLICY looks ON people_access; DROP POLICY finds ON people_listed; DROP POLICY loads ON people_listed;
DROP POLICY sees ON people_cohortcell; DROP POLICY sees ON people_release;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0008_roles_are_known'),
        ('plan', '0005_packs'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('looks', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cohort', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64)),
                ('as_at', models.DateField()),
                ('definition', models.JSONField()),
                ('run', models.JSONField()),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohort_releases', to='plan.storedplace')),
            ],
            options={
                'ordering': ('-as_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Listed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('commissioner', models.CharField(max_length=100)),
                ('locality', models.CharField(max_length=200)),
                ('practice', models.CharField(max_length=100)),
                ('age_band', models.CharField(max_length=20)),
                ('reasons', models.JSONField()),
                ('scores', models.JSONField()),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listed', to='people.release')),
            ],
            options={
                'ordering': ('practice', 'key'),
            },
        ),
        migrations.CreateModel(
            name='CohortCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('commissioner', models.CharField(max_length=100)),
                ('locality', models.CharField(max_length=200)),
                ('practice', models.CharField(blank=True, db_default='', default='', max_length=100)),
                ('reason', models.CharField(max_length=100)),
                ('people', models.PositiveIntegerField()),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cells', to='people.release')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Access',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(editable=False, null=True, unique=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.CharField(max_length=400)),
                ('actor', models.CharField(db_default='', default='', editable=False, max_length=40)),
                ('key', models.CharField(max_length=64)),
                ('page', models.CharField(max_length=20)),
                ('view', models.CharField(max_length=32)),
                ('cohort', models.CharField(max_length=100)),
                ('purpose', models.CharField(max_length=20)),
                ('reason', models.CharField(blank=True, db_default='', default='', max_length=300)),
                ('previous', models.CharField(db_default='', default='', editable=False, max_length=64)),
                ('digest', models.CharField(db_default='', default='', editable=False, max_length=64)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='plan.storedplace')),
            ],
            options={
                'ordering': ('id',),
                'indexes': [models.Index(fields=['place', 'view'], name='accesses_of_a_view'), models.Index(fields=['place', 'key'], name='accesses_to_a_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['direct_care', 'list_validation', 'other'])), name='purpose_of_access_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'other'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='another_purpose_has_words')],
            },
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(fields=('place', 'cohort', 'digest'), name='one_release_a_run'),
        ),
        migrations.AddConstraint(
            model_name='listed',
            constraint=models.UniqueConstraint(fields=('release', 'key'), name='listed_once'),
        ),
        migrations.AddConstraint(
            model_name='cohortcell',
            constraint=models.UniqueConstraint(fields=('release', 'commissioner', 'locality', 'practice', 'reason'), name='one_cell_a_group'),
        ),
        migrations.RunSQL(MAY.format(name="finds_people", role="care_coordinator"), "DROP FUNCTION leftshift_finds_people(text);"),
        migrations.RunSQL(MAY.format(name="watches_looks", role="privacy_officer"), "DROP FUNCTION leftshift_watches_looks(text);"),
        migrations.RunSQL(BOUND, UNBIND),
        migrations.RunSQL(CHAIN, UNCHAIN),
        *(migrations.RunSQL(KEEP.format(table=table), FORGET.format(table=table)) for table in KEPT),
    ]
