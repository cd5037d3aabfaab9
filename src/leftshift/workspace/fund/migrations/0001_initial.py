"""Pooled funds: what is kept of them, who sees it, and what the database itself refuses."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


SEES = {
    "fund_fund": "EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id)",
    **{
        f"fund_{table}": "EXISTS (SELECT 1 FROM fund_fund f WHERE f.id = fund_id)"
        for table in ("fundfile", "fundedit", "fundversion", "ledgerentry", "ledgerclose", "decision", "holdreview", "extract")
    },
    **{
        f"fund_{table}": "EXISTS (SELECT 1 FROM fund_fundversion v WHERE v.id = version_id)"
        for table in ("signature", "submission", "fundreturn")
    },
    "fund_ratification": "EXISTS (SELECT 1 FROM fund_submission s WHERE s.id = submission_id)",
    "fund_ledgerposting": "EXISTS (SELECT 1 FROM fund_ledgerentry e WHERE e.id = entry_id)",
    "fund_returnstep": "EXISTS (SELECT 1 FROM fund_fundreturn r WHERE r.id = made_id)",
}
CHANGED = {"fund_fund", "fund_fundfile"}  # by their counters and contents alone: database_rights
MEMORANDUM = "^(commitment|commitment_control|earmark|earmark_control)(:|$)"
BIND = "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; CREATE POLICY sees ON {table} USING ({rule}) WITH CHECK ({rule});"
KEEP = "CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();"

LEDGER = """
-- Checked when the transaction ends: all sides are there, and money and memorandum accounts each come to nought.
CREATE FUNCTION leftshift_entry_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wanted bigint; entry record; sums record; -- no name of plpgsql itself, such as found
BEGIN
    wanted := CASE TG_TABLE_NAME WHEN 'fund_ledgerentry' THEN (to_jsonb(NEW)->>'id')::bigint ELSE (to_jsonb(NEW)->>'entry_id')::bigint END;
    SELECT * INTO entry FROM fund_ledgerentry WHERE id = wanted;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no entry % to balance', wanted USING ERRCODE = 'check_violation';
    END IF;
    SELECT count(*) AS sides, coalesce(sum(pence) FILTER (WHERE NOT memorandum), 0) AS money,
           coalesce(sum(pence) FILTER (WHERE memorandum), 0) AS memorandum INTO sums FROM fund_ledgerposting WHERE entry_id = wanted;
    IF sums.sides <> entry.sides THEN
        RAISE EXCEPTION 'entry % has % sides, and says it has %', entry.number, sums.sides, entry.sides USING ERRCODE = 'check_violation';
    END IF;
    IF sums.money <> 0 OR sums.memorandum <> 0 THEN
        RAISE EXCEPTION 'entry % does not balance: money by % pence, memorandum by % pence', entry.number, sums.money, sums.memorandum
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON fund_ledgerentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION leftshift_entry_balances();
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON fund_ledgerposting DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION leftshift_entry_balances();

-- Entries follow each other without a gap, and none is dated in what is closed.
CREATE FUNCTION leftshift_entry_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; through date;
BEGIN
    PERFORM 1 FROM fund_fund WHERE id = NEW.fund_id FOR UPDATE;
    SELECT coalesce(max(number), 0) INTO last FROM fund_ledgerentry WHERE fund_id = NEW.fund_id;
    IF NEW.number <> last + 1 THEN
        RAISE EXCEPTION 'entry % does not follow entry %', NEW.number, last USING ERRCODE = 'check_violation';
    END IF;
    SELECT max(c.through) INTO through FROM fund_ledgerclose c WHERE c.fund_id = NEW.fund_id;
    IF NEW.date <= through THEN
        RAISE EXCEPTION 'entry % is dated %, and everything up to % is closed', NEW.number, NEW.date, through USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM fund_ledgerentry e WHERE e.id = NEW.reverses_id AND e.fund_id = NEW.fund_id) THEN
        RAISE EXCEPTION 'entry % takes back an entry of another fund', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_follows BEFORE INSERT ON fund_ledgerentry FOR EACH ROW EXECUTE FUNCTION leftshift_entry_follows();

-- A close comes after the one before it, and says truly how many entries stood in the ledger.
CREATE FUNCTION leftshift_close_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM fund_fund WHERE id = NEW.fund_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM fund_ledgerclose c WHERE c.fund_id = NEW.fund_id AND c.through >= NEW.through) THEN
        RAISE EXCEPTION 'everything up to % is closed already', NEW.through USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.after <> (SELECT count(*) FROM fund_ledgerentry e WHERE e.fund_id = NEW.fund_id) THEN
        RAISE EXCEPTION 'the ledger has not % entries', NEW.after USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER close_follows BEFORE INSERT ON fund_ledgerclose FOR EACH ROW EXECUTE FUNCTION leftshift_close_follows();
"""
FORGET = """
DROP TRIGGER close_follows ON fund_ledgerclose; DROP FUNCTION leftshift_close_follows();
DROP TRIGGER entry_follows ON fund_ledgerentry; DROP FUNCTION leftshift_entry_follows();
DROP TRIGGER entry_balances ON fund_ledgerposting; DROP TRIGGER entry_balances ON fund_ledgerentry; DROP FUNCTION leftshift_entry_balances();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_roles_of_funds'),
        ('plan', '0005_packs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Fund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=300)),
                ('round', models.CharField(max_length=100)),
                ('rolled', models.JSONField(default=dict)),
                ('edits', models.PositiveIntegerField(default=0)),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('added_by', models.CharField(max_length=400)),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='fund.fund')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='plan.storedplace')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Extract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=300)),
                ('as_of', models.DateField()),
                ('name', models.CharField(max_length=300)),
                ('content', models.TextField()),
                ('result', models.JSONField()),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extracts', to='fund.fund')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='FundVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64)),
                ('document', models.JSONField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.CharField(max_length=400)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='fund.fund')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='FundReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('period', models.CharField(max_length=20)),
                ('document', models.JSONField()),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='fund.fundversion')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='HoldReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hold', models.CharField(max_length=100)),
                ('quarter', models.CharField(max_length=20)),
                ('reviewed_on', models.DateField()),
                ('outcome', models.CharField(max_length=2000)),
                ('office', models.CharField(max_length=300)),
                ('minute', models.CharField(max_length=300)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='fund.fund')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='LedgerClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('through', models.DateField()),
                ('period', models.CharField(max_length=20)),
                ('after', models.PositiveIntegerField()),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closes', to='fund.fund')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('date', models.DateField()),
                ('kind', models.CharField(max_length=40)),
                ('words', models.CharField(max_length=6000)),
                ('evidence', models.CharField(blank=True, db_default='', default='', max_length=300)),
                ('sides', models.PositiveSmallIntegerField()),
                ('by', models.CharField(max_length=400)),
                ('key', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='fund.fund')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='fund.ledgerentry')),
            ],
            options={
                'ordering': ('number',),
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, db_default='', default='', max_length=100)),
                ('hold', models.CharField(max_length=100)),
                ('decided_on', models.DateField()),
                ('pence', models.BigIntegerField()),
                ('reason', models.CharField(max_length=2000)),
                ('ground', models.CharField(max_length=2000)),
                ('agreed_by', models.CharField(max_length=1000)),
                ('minute', models.CharField(max_length=300)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='fund.fund')),
                ('entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='fund.ledgerentry')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='LedgerPosting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=300)),
                ('memorandum', models.BooleanField()),
                ('pence', models.BigIntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='fund.ledgerentry')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='ReturnStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=20)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('note', models.CharField(blank=True, db_default='', default='', max_length=2000)),
                ('minute', models.CharField(blank=True, db_default='', default='', max_length=300)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='return_steps', to=settings.AUTH_USER_MODEL)),
                ('made', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='fund.fundreturn')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signatory', models.CharField(max_length=100)),
                ('partner', models.CharField(max_length=100)),
                ('role', models.CharField(max_length=300)),
                ('for_another', models.BooleanField(default=False)),
                ('minute', models.CharField(blank=True, db_default='', default='', max_length=300)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fund_signatures', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='fund.fundversion')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('power', models.CharField(blank=True, db_default='', default='', max_length=400)),
                ('office', models.CharField(max_length=300)),
                ('meeting_on', models.DateField(null=True)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='fund.fundversion')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Ratification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ratified_on', models.DateField()),
                ('minute', models.CharField(max_length=300)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ratification', to='fund.submission')),
            ],
        ),
        migrations.CreateModel(
            name='FundEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('file', models.CharField(max_length=200)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('changes', models.JSONField()),
                ('inverse', models.JSONField()),
                ('undoes', models.PositiveIntegerField(null=True)),
                ('save_key', models.CharField(db_default='', default='', max_length=64)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='fund.fund')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('fund', 'number'), name='one_fund_edit_a_number'), models.UniqueConstraint(condition=models.Q(('save_key', ''), _negated=True), fields=('fund', 'save_key'), name='one_fund_edit_a_save')],
            },
        ),
        migrations.CreateModel(
            name='FundFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(max_length=200)),
                ('content', models.JSONField()),
                ('edits', models.PositiveIntegerField(default=0)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='fund.fund')),
            ],
            options={
                'ordering': ('file',),
                'constraints': [models.UniqueConstraint(fields=('fund', 'file'), name='one_state_a_fund_file')],
            },
        ),
        migrations.AddConstraint(
            model_name='fundversion',
            constraint=models.UniqueConstraint(fields=('fund', 'fingerprint'), name='one_fund_version_a_content'),
        ),
        migrations.AddConstraint(
            model_name='holdreview',
            constraint=models.UniqueConstraint(fields=('fund', 'hold', 'quarter'), name='one_review_a_quarter'),
        ),
        migrations.AddConstraint(
            model_name='ledgerclose',
            constraint=models.UniqueConstraint(fields=('fund', 'through'), name='closed_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(fields=('fund', 'number'), name='one_entry_a_number'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('fund', 'key'), name='one_entry_a_posting'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('sides__gte', 2)), name='entry_has_two_sides'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('pence__gt', 0)), name='release_of_something'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), ('ground', ''), ('agreed_by', ''), ('minute', ''), _connector='OR', _negated=True), name='release_with_its_whole_decision'),
        ),
        migrations.AddConstraint(
            model_name='ledgerposting',
            constraint=models.UniqueConstraint(fields=('entry', 'account'), name='one_side_an_account'),
        ),
        migrations.AddConstraint(
            model_name='ledgerposting',
            constraint=models.CheckConstraint(condition=models.Q(('pence', 0), _negated=True), name='a_side_moves_something'),
        ),
        migrations.AddConstraint(
            model_name='ledgerposting',
            constraint=models.CheckConstraint(condition=models.Q(('account__regex', MEMORANDUM), ('memorandum', True)) | models.Q(('memorandum', False), models.Q(('account__regex', MEMORANDUM), _negated=True)), name='memorandum_as_in_the_chart'),
        ),
        migrations.AddConstraint(
            model_name='returnstep',
            constraint=models.UniqueConstraint(fields=('made', 'step'), name='each_step_once'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('version', 'signatory', 'partner'), name='one_signature_an_office'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('version', 'account'), name='one_signature_a_person'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('version',), name='one_submission_a_content'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('power', ''), ('meeting_on__isnull', False), _connector='OR'), name='power_with_a_meeting'),
        ),
        migrations.AddConstraint(
            model_name='ratification',
            constraint=models.CheckConstraint(condition=models.Q(('minute', ''), _negated=True), name='ratified_with_a_minute'),
        ),
        *(migrations.RunSQL(BIND.format(table=table, rule=rule), migrations.RunSQL.noop) for table, rule in SEES.items()),
        *(migrations.RunSQL(KEEP.format(table=table), migrations.RunSQL.noop) for table in sorted(set(SEES) - CHANGED)),
        migrations.RunSQL(LEDGER, FORGET),
    ]
