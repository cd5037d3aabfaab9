"""Every grant has a role that is known: the rule that came with project leads, held against what was there."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_roles_of_programmes")]
    operations = [ValidateConstraint(model_name="grant", name="role_is_known")]
