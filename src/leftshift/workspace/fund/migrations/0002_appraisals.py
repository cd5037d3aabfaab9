"""Business cases and Quality Premiums, kept as they were written."""

import django.db.models.deletion
from django.db import migrations, models


BIND = """
ALTER TABLE fund_appraisal ENABLE ROW LEVEL SECURITY; ALTER TABLE fund_appraisal FORCE ROW LEVEL SECURITY;
CREATE POLICY sees ON fund_appraisal USING (EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id)) WITH CHECK (EXISTS (SELECT 1 FROM plan_storedplace p WHERE p.id = place_id));
CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON fund_appraisal FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('fund', '0001_initial'),
        ('plan', '0005_packs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appraisal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=300)),
                ('text', models.TextField()),
                ('as_of', models.DateField()),
                ('by', models.CharField(max_length=400)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('follows', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='fund.appraisal')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appraisals', to='plan.storedplace')),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('case', 'premium'))), name='kind_of_appraisal')],
            },
        ),
        migrations.RunSQL(BIND, migrations.RunSQL.noop),
    ]
