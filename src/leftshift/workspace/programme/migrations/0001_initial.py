"""Programmes: what is kept of them, who sees it, and what everybody may read and answer."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

SEES = {
    "programme_programme": "EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id)",
    **{
        f"programme_{table}": "EXISTS (SELECT 1 FROM programme_programme f WHERE f.id = programme_id)"
        for table in ("programmefile", "programmeedit", "highlightreport", "issuedpack")
    },
}
KEPT = ("programme_programmeedit", "programme_highlightreport", "programme_issuedpack", "programme_surveyanswer")
BOUND = "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
SEEN = BOUND + "CREATE POLICY sees ON {table} USING ({rule}) WITH CHECK ({rule});"
KEEP = "CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();"
# What is published is read by anybody; it is published and withdrawn by who sees the place. Answers are written by anybody
# while their survey is published, and read by who sees the place alone: a stranger who writes cannot read.
PUBLIC = (
    BOUND.format(table="programme_publication")
    + BOUND.format(table="programme_surveyanswer")
    + """
CREATE POLICY reads ON programme_publication FOR SELECT USING (withdrawn_at IS NULL OR EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id));
CREATE POLICY publishes ON programme_publication FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id));
CREATE POLICY withdraws ON programme_publication FOR UPDATE USING (EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id)) WITH CHECK (EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id));
CREATE POLICY answers ON programme_surveyanswer FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM programme_publication b WHERE b.id = publication_id AND b.kind = 'survey' AND b.withdrawn_at IS NULL));
CREATE POLICY sees ON programme_surveyanswer FOR SELECT USING (EXISTS (SELECT 1 FROM programme_publication b JOIN plan_storedplace p ON p.id = b.place_id WHERE b.id = publication_id));
"""
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('plan', '0005_packs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=300)),
                ('edits', models.PositiveIntegerField(default=0)),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('added_by', models.CharField(max_length=400)),
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='programme', to='plan.storedplace')),
            ],
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_code', models.CharField(max_length=100)),
                ('place_name', models.CharField(max_length=300)),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=100)),
                ('title', models.CharField(max_length=300)),
                ('document', models.JSONField()),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='plan.storedplace')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('group', models.CharField(blank=True, max_length=200)),
                ('answers', models.JSONField()),
                ('on', models.DateField()),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='programme.publication')),
            ],
            options={
                'ordering': ('on', 'id'),
            },
        ),
        migrations.CreateModel(
            name='IssuedPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('meeting', models.CharField(max_length=100)),
                ('issue', models.PositiveIntegerField()),
                ('document', models.JSONField()),
                ('public_pdf', models.BinaryField()),
                ('exempt_pdf', models.BinaryField(null=True)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packs', to='programme.programme')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('programme', 'meeting', 'issue'), name='one_pack_an_issue')],
            },
        ),
        migrations.CreateModel(
            name='HighlightReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.CharField(max_length=100)),
                ('period', models.CharField(max_length=20)),
                ('document', models.JSONField()),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='programme.programme')),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.UniqueConstraint(fields=('programme', 'project', 'period'), name='one_report_a_period')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeEdit',
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
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='programme.programme')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('programme', 'number'), name='one_programme_edit_a_number'), models.UniqueConstraint(condition=models.Q(('save_key', ''), _negated=True), fields=('programme', 'save_key'), name='one_programme_edit_a_save')],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(max_length=200)),
                ('content', models.JSONField()),
                ('edits', models.PositiveIntegerField(default=0)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='programme.programme')),
            ],
            options={
                'ordering': ('file',),
                'constraints': [models.UniqueConstraint(fields=('programme', 'file'), name='one_state_a_programme_file')],
            },
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('survey', 'engagement', 'pack', 'minutes', 'register'))), name='kind_of_publication'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('place', 'kind', 'key'), name='one_publication_a_key'),
        ),
        *(migrations.RunSQL(SEEN.format(table=table, rule=rule), migrations.RunSQL.noop) for table, rule in SEES.items()),
        migrations.RunSQL(PUBLIC, migrations.RunSQL.noop),
        *(migrations.RunSQL(KEEP.format(table=table), migrations.RunSQL.noop) for table in KEPT),
    ]
