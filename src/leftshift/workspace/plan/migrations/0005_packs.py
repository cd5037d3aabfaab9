"""Board packs and their files, kept as they were made."""

import django.db.models.deletion
from django.db import migrations, models


SEES = {
    "plan_boardpack": "EXISTS (SELECT 1 FROM plan_placeversion v WHERE v.id = version_id)",
    "plan_packfile": "EXISTS (SELECT 1 FROM plan_boardpack p WHERE p.id = pack_id)",
}
BIND = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY sees ON {table} USING ({rule}) WITH CHECK ({rule});
CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0004_drafts_and_steps'),
    ]

    operations = [
        migrations.CreateModel(
            name='BoardPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenarios', models.JSONField(default=list)),
                ('words', models.JSONField()),
                ('sign_offs', models.JSONField(default=list)),
                ('title', models.CharField(max_length=300)),
                ('as_of', models.DateField()),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packs', to='plan.placeversion')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='PackFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=10)),
                ('content', models.BinaryField()),
                ('digest', models.CharField(max_length=64)),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='plan.boardpack')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pack', 'form'), name='one_file_a_form')],
            },
        ),
        *(migrations.RunSQL(BIND.format(table=table, rule=rule), migrations.RunSQL.noop) for table, rule in SEES.items()),
    ]
