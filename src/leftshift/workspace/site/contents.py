"""What the tables of a database hold, in a form that can be compared after a restore."""

from __future__ import annotations

import psycopg
from psycopg import sql

from leftshift.workspace.site.backup_file import Manifest, TableContent

ASIDE = "leftshift_before_restore_"
"""How the names of schemas begin that a restore has set aside."""

# The same row has to have the same text on every server and in every session, and every row has to be seen.
STEADY = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601'; "
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL row_security = on; SET LOCAL leftshift.actor = 'system'"
)
_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, %s)
    ORDER BY 1, 2
"""
# A sum over the rows does not depend on their order, and asks for no memory.
_CONTENT = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint::numeric), 0)::text FROM {} t"


def contents_of(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, TableContent]:
    """Schema and name of each table to what it holds, as the transaction of the connection sees it."""
    connection.execute(sql.SQL(STEADY))
    found = {}
    for schema, name in connection.execute(_TABLES, [ASIDE]).fetchall():
        row = connection.execute(sql.SQL(_CONTENT).format(sql.Identifier(str(schema), str(name)))).fetchone()
        assert row is not None
        found[f"{schema}.{name}"] = TableContent(int(str(row[0])), str(row[1]))
    return found


def differences(expected: Manifest, found: dict[str, TableContent]) -> list[str]:
    """What differs between what a backup must hold and what a database holds, in words."""
    return [
        f"{name}: {content.rows if content else 'no'} rows, expected {wanted.rows if wanted else 'none'}"
        for name in sorted(expected.tables.keys() | found.keys())
        if (wanted := expected.tables.get(name)) != (content := found.get(name))
    ]


def checking_script(manifest: Manifest) -> str:
    """SQL that fails, and so undoes the transaction it stands in, when a table does not hold what it must."""
    checks = [_check(name, content) for name, content in manifest.tables.items()]
    body = "\n".join(checks)
    return f"{STEADY};\nDO $leftshift$ DECLARE n bigint; s text; BEGIN\n{body}\nEND $leftshift$;\n"


def _check(name: str, content: TableContent) -> str:
    table = sql.Identifier(*name.split(".", 1))
    counted = sql.SQL(_CONTENT.replace("FROM", "INTO n, s FROM", 1)).format(table).as_string(None)
    wanted = sql.Literal(content.fingerprint).as_string(None)
    told = sql.Literal(f"{name} has not what the backup holds").as_string(None)
    return f"{counted}; IF n <> {content.rows} OR s <> {wanted} THEN RAISE EXCEPTION USING MESSAGE = {told}; END IF;"
