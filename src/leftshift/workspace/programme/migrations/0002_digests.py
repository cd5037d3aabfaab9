"""Digests by mail and calendar addresses: each seen, made and ended by whose it is, and by the workspace itself."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OWN = "current_setting('leftshift.actor', true) IN ('system', account_id::text)"
SEES = "EXISTS (SELECT 1 FROM programme_programme f WHERE f.id = programme_id)"
BOUND = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} FOR SELECT USING ({own});
CREATE POLICY begins ON {table} FOR INSERT WITH CHECK ({own} AND {sees});
CREATE POLICY ends ON {table} FOR UPDATE USING ({own}) WITH CHECK ({own});
"""


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0001_initial'),
        ('accounts', '0006_roles_are_known'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_addresses', to='programme.programme')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('programme', 'account'), name='one_calendar_address_a_person')],
            },
        ),
        migrations.CreateModel(
            name='DigestSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('every', models.CharField(max_length=10)),
                ('owner', models.CharField(db_default='', default='', max_length=300)),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('last_sent_on', models.DateField(null=True)),
                ('last_said', models.JSONField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='programme.programme')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('every__in', ('daily', 'weekly'))), name='how_often_a_digest_comes'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('programme', 'account'), name='one_digest_a_person')],
            },
        ),
        *(
            migrations.RunSQL(BOUND.format(table=table, own=OWN, sees=SEES), migrations.RunSQL.noop)
            for table in ("programme_digestsubscription", "programme_calendaraddress")
        ),
    ]
