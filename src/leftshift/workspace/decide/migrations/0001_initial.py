"""Studies and their answers, kept as they were made."""

import django.db.models.deletion
from django.db import migrations, models


SEES = {
    "decide_study": "EXISTS (SELECT 1 FROM plan_placeversion v WHERE v.id = version_id)",
    "decide_answer": "EXISTS (SELECT 1 FROM decide_study s WHERE s.id = study_id)",
}
BIND = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY sees ON {table} USING ({rule}) WITH CHECK ({rule});
CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('plan', '0005_packs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Study',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenarios', models.JSONField(default=list)),
                ('kind', models.CharField(max_length=20)),
                ('question', models.JSONField()),
                ('title', models.CharField(max_length=300)),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='studies', to='plan.placeversion')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('release', models.CharField(max_length=64)),
                ('document', models.JSONField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('study', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='decide.study')),
            ],
        ),
        *(migrations.RunSQL(BIND.format(table=table, rule=rule), migrations.RunSQL.noop) for table, rule in SEES.items()),
    ]
