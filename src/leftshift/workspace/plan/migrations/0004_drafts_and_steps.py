"""Drafts with their edits, the steps of a version, comments; each seen by those who see the place."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


ADDED_TO = ("plan_edit", "plan_step", "plan_comment", "plan_mention")
SEES = {
    "plan_draft": "EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id)",
    "plan_draftfile": "EXISTS (SELECT 1 FROM plan_draft d WHERE d.id = draft_id)",
    "plan_edit": "EXISTS (SELECT 1 FROM plan_draft d WHERE d.id = draft_id)",
    "plan_step": "EXISTS (SELECT 1 FROM plan_placeversion v WHERE v.id = version_id)",
    "plan_comment": "EXISTS (SELECT 1 FROM plan_placeversion v WHERE v.id = version_id)",
    "plan_mention": "EXISTS (SELECT 1 FROM plan_comment c WHERE c.id = comment_id)",
}
KEEP = "CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();"
BIND = "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; CREATE POLICY sees ON {table} USING ({rule}) WITH CHECK ({rule});"


def work_out_plan_fingerprints(apps, schema_editor):
    """Versions that were stored before agreements were known get theirs."""
    from leftshift.model import from_document

    versions = apps.get_model("plan", "PlaceVersion")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE plan_placeversion DISABLE TRIGGER keep_as_written")
        for version in versions.objects.filter(plan_fingerprint=""):
            found = from_document(version.document).place.plan_fingerprint
            versions.objects.filter(pk=version.pk).update(plan_fingerprint=found)
        cursor.execute("ALTER TABLE plan_placeversion ENABLE TRIGGER keep_as_written")


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0003_who_sees_what'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='placeversion',
            name='plan_fingerprint',
            field=models.CharField(db_default='', default='', max_length=64),
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(max_length=400)),
                ('title', models.CharField(max_length=300)),
                ('address', models.CharField(max_length=600)),
                ('words', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('settles', models.BooleanField(db_default=False, default=False)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL)),
                ('answers', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered', to='plan.comment')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='plan.placeversion')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_by', models.CharField(max_length=400)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('edits', models.PositiveIntegerField(default=0)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(db_default='', default='', max_length=400)),
                ('outcome', models.CharField(db_default='', default='', max_length=20)),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='plan.placeversion')),
                ('became', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafted_as', to='plan.placeversion')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='plan.storedplace')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='DraftFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(max_length=200)),
                ('content', models.JSONField()),
                ('edits', models.PositiveIntegerField(default=0)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='plan.draft')),
            ],
            options={
                'ordering': ('file',),
            },
        ),
        migrations.CreateModel(
            name='Edit',
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
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='plan.draft')),
            ],
            options={
                'ordering': ('number',),
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='plan.comment')),
            ],
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=20)),
                ('organisation', models.CharField(db_default='', default='', max_length=40)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('note', models.TextField(db_default='', default='')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='plan.placeversion')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('place',), name='one_open_draft_a_place'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at', None), ('outcome__in', ('sent', 'discarded')), _connector='OR'), name='closed_with_an_outcome'),
        ),
        migrations.AddConstraint(
            model_name='draftfile',
            constraint=models.UniqueConstraint(fields=('draft', 'file'), name='one_state_a_file'),
        ),
        migrations.AddConstraint(
            model_name='edit',
            constraint=models.UniqueConstraint(fields=('draft', 'number'), name='one_edit_a_number'),
        ),
        migrations.AddConstraint(
            model_name='edit',
            constraint=models.UniqueConstraint(condition=models.Q(('save_key', ''), _negated=True), fields=('draft', 'save_key'), name='one_edit_a_save'),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(fields=('comment', 'account'), name='one_mention_a_comment'),
        ),
        *(migrations.RunSQL(KEEP.format(table), migrations.RunSQL.noop) for table in ADDED_TO),
        *(migrations.RunSQL(BIND.format(table=table, rule=rule), migrations.RunSQL.noop) for table, rule in SEES.items()),
        migrations.RunPython(work_out_plan_fingerprints, migrations.RunPython.noop),
    ]
