"""Every grant has a role that is known: the rule that came with care coordinators, held against what was there."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_roles_of_people")]
    operations = [ValidateConstraint(model_name="grant", name="role_is_known")]
