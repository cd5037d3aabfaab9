"""Care coordinators and privacy officers see places: the function that the policies ask knows them too."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

SEES = """
CREATE OR REPLACE FUNCTION leftshift_sees(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT current_setting('leftshift.actor', true) = 'system' OR EXISTS (
        SELECT 1 FROM accounts_grant JOIN accounts_account ON accounts_account.id = accounts_grant.account_id
        WHERE accounts_account.id::text = current_setting('leftshift.actor', true) AND accounts_account.is_active
          AND accounts_grant.ended_at IS NULL AND accounts_grant.place IN ('', wanted)
          AND accounts_grant.role IN ({roles}))
$$;
"""
BEFORE = "'viewer', 'analyst', 'finance_lead', 'programme_director', 'board_officer', 'fund_manager', 'signatory', 'project_lead'"
NOW = BEFORE + ", 'care_coordinator', 'privacy_officer'"
ROLES = ['viewer', 'analyst', 'finance_lead', 'programme_director', 'project_lead', 'board_officer', 'fund_manager', 'signatory', 'care_coordinator', 'privacy_officer', 'administrator']


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_roles_are_known")]
    operations = [
        migrations.RunSQL(SEES.format(roles=NOW), SEES.format(roles=BEFORE)),
        migrations.RemoveConstraint(
            model_name='grant',
            name='role_is_known',
        ),
        migrations.AlterField(
            model_name='grant',
            name='role',
            field=models.CharField(choices=[(key, key.replace("_", " ").capitalize()) for key in ROLES], max_length=40),
        ),
        AddConstraintNotValid(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ROLES)), name='role_is_known'),
        ),
    ]
