"""The commands about who people are: records matched, numbers to be checked for opt-outs, pseudonyms, and what undoes a few of these."""

from __future__ import annotations

from argparse import Namespace

from leftshift.cli import showing
from leftshift.cli.population import grounds_of, today
from leftshift.cli.verbs import OK, REFUSED, print_json
from leftshift.population.linked.dataset import SYNTHETIC, LinkedData
from leftshift.population.linked.incoming import people_to_match, read_incoming, write_matches
from leftshift.population.linked.matching import match as match_records
from leftshift.population.privacy.basis import Grounds, permit
from leftshift.population.privacy.keys import read_key
from leftshift.population.privacy.people_listed import write_numbers
from leftshift.population.privacy.permissions import Permission, verify_log
from leftshift.population.privacy.permissions import reidentify as find
from leftshift.population.privacy.pseudonyms import pseudonymise as write
from leftshift.population.runs.running import refuse_existing


def match(options: Namespace) -> int:
    """Propose a person of a set for each of some records."""
    data = LinkedData(options.folder)
    refuse_existing(options.out)
    permit(data, grounds_of(options, data), ["persons", "identifiers"])
    incoming = read_incoming(options.records)
    with showing.working("matching"):
        found = match_records(incoming, *people_to_match(data))
        rows = write_matches(found, options.out)
    if options.json:
        print_json({"records": incoming.height, "by_step": found.by_step(), "rows": dict(rows)})
        return OK
    table = showing.table_of(f"{incoming.height:,} records", ["Step", "Records", ""])
    for step, number in found.by_step().items():
        table.add_row(step, f"{number:,}", f"{number / max(1, incoming.height):.1%}")
    showing.console_of().print(table)
    showing.say(
        f"Links are proposed, and nothing is merged: links.csv, ambiguous.csv and unmatched.csv in {options.out}"
    )
    return OK


def to_check(options: Namespace) -> int:
    """Write the NHS numbers of a set as the list that is sent to be checked for opt-outs."""
    data = LinkedData(options.folder)
    refuse_existing(options.out, "file")
    permit(data, grounds_of(options, data), ["persons"])
    with showing.working("writing numbers"):
        written = write_numbers(data, options.out)
    if options.json:
        print_json({"numbers": written.numbers, "people_without": written.people_without})
    else:
        showing.say(
            f"{written.numbers:,} NHS numbers in {options.out}, which only you may read. {written.people_without:,} people have none, and "
            "cannot be cleared."
        )
    return OK


def pseudonymise(options: Namespace) -> int:
    """Write a set under pseudonyms."""
    key, data = read_key(options.key), LinkedData(options.folder)
    # a set of invented people needs no basis, whatever its copy is to be for
    permit(data, Grounds(SYNTHETIC) if data.purpose == SYNTHETIC else grounds_of(options, data), data.tables)
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
        if options.json:
            print_json({"whole": True, "digest": digest})
            return OK
        showing.say(f"No entry of the log was changed. Its last digest, to be noted elsewhere: {digest}")
        return OK
    missing = [
        name
        for name in ("register", "key", "purpose", "who", "reason", "reference")
        if not getattr(options, name)
    ]
    if missing or not options.pseudonyms:
        needed = [*(f"--{name}" for name in missing), *([] if options.pseudonyms else ["pseudonyms"])]
        raise ValueError(f"re-identification needs {' and '.join(needed)}")
    permission = Permission(options.who, options.reason, options.reference, today(), options.most)
    numbers = find(
        options.pseudonyms, purpose=options.purpose, key=read_key(options.key), register=options.register, permission=permission,
        log=options.log,
    )  # fmt: skip
    unknown = [pseudonym for pseudonym in options.pseudonyms if pseudonym not in numbers]
    if options.json:
        found = {str(pseudonym): number for pseudonym, number in numbers.items()}
        print_json({"numbers": found, "unknown": [str(pseudonym) for pseudonym in unknown]})
    else:
        for pseudonym, number in numbers.items():
            showing.say(f"{pseudonym}  {number}")
        for pseudonym in unknown:
            showing.say(f"{pseudonym}  nobody with an NHS number in the register under this key and purpose")
    return REFUSED if unknown else OK
