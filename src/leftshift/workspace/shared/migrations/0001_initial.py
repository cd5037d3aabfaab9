"""Jobs and uploads; each seen by whoever asked for it, and by the workspace itself."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


OWN = "current_setting('leftshift.actor', true) IN ('system', account_id::text)"
BIND = "ALTER TABLE {0} ENABLE ROW LEVEL SECURITY; ALTER TABLE {0} FORCE ROW LEVEL SECURITY; CREATE POLICY own ON {0} USING ({1}) WITH CHECK ({1});"
KEEP = "CREATE TRIGGER keep_as_written BEFORE UPDATE OR DELETE OR TRUNCATE ON shared_upload FOR EACH STATEMENT EXECUTE FUNCTION leftshift_keep_as_written();"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_who_sees_what'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300)),
                ('content', models.BinaryField()),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=300)),
                ('inputs', models.JSONField(default=dict)),
                ('key', models.CharField(max_length=100, unique=True)),
                ('place', models.CharField(db_default='', default='', max_length=100)),
                ('by', models.CharField(max_length=400)),
                ('state', models.CharField(default='waiting', max_length=20)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('progress', models.PositiveIntegerField(default=0)),
                ('words', models.CharField(db_default='', default='', max_length=300)),
                ('result', models.JSONField(default=dict)),
                ('cancel_asked', models.BooleanField(default=False)),
                ('worker', models.CharField(db_default='', default='', max_length=100)),
                ('lease_until', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'running', 'done', 'failed', 'cancelled'))), name='state_is_known')],
            },
        ),
        migrations.RunSQL([BIND.format(table, OWN) for table in ("shared_job", "shared_upload")] + [KEEP], migrations.RunSQL.noop),
    ]
