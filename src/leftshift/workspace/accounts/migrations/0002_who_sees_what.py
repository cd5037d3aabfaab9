"""Who sees which place, as a function that the policies of every table ask; and the policy of the trail.

The roles are written out: a migration says what held when it was written. A test holds them against accounts/roles.py.
"""

from django.db import migrations

SEES = """
CREATE FUNCTION leftshift_sees(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT current_setting('leftshift.actor', true) = 'system' OR EXISTS (
        SELECT 1 FROM accounts_grant JOIN accounts_account ON accounts_account.id = accounts_grant.account_id
        WHERE accounts_account.id::text = current_setting('leftshift.actor', true) AND accounts_account.is_active
          AND accounts_grant.ended_at IS NULL AND accounts_grant.place IN ('', wanted)
          AND accounts_grant.role IN ('viewer', 'analyst', 'finance_lead', 'programme_director', 'board_officer'))
$$;
ALTER TABLE record_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE record_event FORCE ROW LEVEL SECURITY;
-- an event is added by whoever acts, in their own name: the trigger that chains it writes the actor
CREATE POLICY added ON record_event FOR INSERT WITH CHECK (actor = coalesce(current_setting('leftshift.actor', true), ''));
CREATE POLICY own ON record_event FOR SELECT USING (
    current_setting('leftshift.actor', true) = 'system' OR actor = current_setting('leftshift.actor', true));
"""
FORGET = """
DROP POLICY own ON record_event; DROP POLICY added ON record_event;
ALTER TABLE record_event NO FORCE ROW LEVEL SECURITY; ALTER TABLE record_event DISABLE ROW LEVEL SECURITY;
DROP FUNCTION leftshift_sees(text);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("record", "0002_chain")]
    operations = [migrations.RunSQL(SEES, FORGET)]
