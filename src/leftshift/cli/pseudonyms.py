"""The commands about pseudonyms: write a set under them, and undo a few, which is a right of its own."""

from __future__ import annotations

from argparse import Namespace

from leftshift.cli import showing
from leftshift.cli.population import today
from leftshift.cli.verbs import OK, print_json
from leftshift.population.privacy.keys import read_key
from leftshift.population.privacy.permissions import Permission, verify_log
from leftshift.population.privacy.permissions import reidentify as find
from leftshift.population.privacy.pseudonyms import pseudonymise as write


def pseudonymise(options: Namespace) -> int:
    """Write a set under pseudonyms."""
    key = read_key(options.key)
    with showing.working("writing under pseudonyms"):
        done = write(options.folder, options.out, purpose=options.purpose, key=key)
    document = {
        "purpose": options.purpose,
        "rows": dict(done.rows),
        "opt_outs_of_others": done.opt_outs_of_others,
    }
    if options.json:
        print_json(document)
    else:
        showing.say(
            f"{done.rows['persons']:,} people under pseudonyms of {options.purpose!r} in {options.out}"
        )
    return OK


def reidentify(options: Namespace) -> int:
    """Find the numbers behind pseudonyms, once the request is in the log."""
    if options.verify:
        digest = verify_log(options.log)
        showing.say(f"No entry of the log was changed. Its last digest, to be noted elsewhere: {digest}")
        return OK
    missing = [
        name
        for name in ("register", "key", "purpose", "who", "reason", "reference")
        if not getattr(options, name)
    ]
    if missing or not options.pseudonyms:
        raise ValueError(
            "re-identification needs " + ", ".join([*(f"--{name}" for name in missing), "and pseudonyms"])
        )
    permission = Permission(options.who, options.reason, options.reference, today(), options.most)
    numbers = find(
        options.pseudonyms, purpose=options.purpose, key=read_key(options.key), register=options.register, permission=permission,
        log=options.log,
    )  # fmt: skip
    if options.json:
        print_json({"numbers": {str(pseudonym): number for pseudonym, number in numbers.items()}})
    else:
        for pseudonym, number in numbers.items():
            showing.say(f"{pseudonym}  {number}")
    return OK
