"""The options of the commands about linked records of people."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import Lazy

if TYPE_CHECKING:
    from leftshift.cli.options import Verbs

_MODULE = "population"
_LEAST_MEMORY = 100  # MB
_SET = "a folder of linked records: TABLE.parquet or TABLE/*.parquet; leftshift population tables lists them"
_RUN = "a folder that leftshift population score wrote"


def add_linked(ways: Verbs) -> None:
    """generate, tables, check, score, cohort, compare, fit, drift, match, to-check, pseudonymise, reidentify, load and looks."""
    _add_generate(ways)
    _add_tables(ways)
    _add_check(ways)
    _add_score(ways)
    _add_cohort(ways)
    _add_compare(ways)
    _add_fit(ways)
    _add_drift(ways)
    _add_match(ways)
    _add_to_check(ways)
    _add_pseudonymise(ways)
    _add_reidentify(ways)
    _add_load(ways)


def _add_generate(ways: Verbs) -> None:
    command = ways.add_parser(
        "generate",
        help="write an invented population as linked records",
        description="Draw invented people whose illness, care and cost depend on age and deprivation, calibrated to published totals. "
        "The same seed gives the same files. The manifest says that it is synthetic test data, which needs no legal basis.",
    )
    command.add_argument(
        "--people", type=_people, default=10_000, metavar="N", help="how many; 10,000 by default"
    )
    command.add_argument("--seed", type=int, default=1, metavar="S", help="1 by default")
    command.add_argument("--as-at", type=_day, metavar="DATE", help="2016-04-01 by default")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    command.add_argument(
        "--workers", type=_threads, metavar="N", help="processes; one for each core by default"
    )
    _add_json(command)
    command.set_defaults(verb=Lazy("generate", _MODULE))


def _people(text: str) -> int:
    return _whole(text.replace(",", "").replace("_", ""), 1, 100_000_000)


def _threads(text: str) -> int:
    return _whole(text, 1, 1_024)


def _months(text: str) -> int:
    return _whole(text, 1, 600)


def _whole(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"a whole number from {least:,} to {most:,}, not {text!r}")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day as 2016-04-01, not {text!r}") from None


def _memory(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,6})\s*([MGT])(i?)B?", text, re.IGNORECASE)
    if found is None or (found[2].upper() == "M" and int(found[1]) < _LEAST_MEMORY) or int(found[1]) == 0:
        raise argparse.ArgumentTypeError(
            f"a size such as 4GB or 500MB, at least {_LEAST_MEMORY}MB, not {text!r}"
        )
    return f"{found[1]}{found[2].upper()}{found[3].lower()}B"


def _add_tables(ways: Verbs) -> None:
    command = ways.add_parser("tables", help="list the tables of linked records and their columns")
    _add_json(command)
    command.set_defaults(verb=Lazy("tables", _MODULE))


def _add_check(ways: Verbs) -> None:
    command = ways.add_parser(
        "check",
        help="check linked records: files, then every row",
        description="Say what is wrong with files, and which rows would be set aside and why. What was found is kept beside the data, "
        "so that a later run over a clean set need not look again.",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help=_SET)
    command.add_argument("--as-at", type=_day, metavar="DATE", help="the day the set was drawn")
    _add_grounds(command)
    _add_running(command)
    _add_json(command)
    command.set_defaults(verb=Lazy("check", _MODULE))


def _add_score(ways: Verbs) -> None:
    command = ways.add_parser(
        "score",
        help="work out risk scores and cohorts of linked records",
        description="Score everybody who lives and is registered on a date. Refused without a purpose and a legal basis for every "
        "table that is read, but for synthetic test data.",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help=_SET)
    command.add_argument("--out", type=Path, required=True, metavar="RUN", help="a new folder for the result")
    command.add_argument("--as-at", type=_day, metavar="DATE", help="the day its manifest says by default")
    command.add_argument("--scores", metavar="NAMES", help="such as hfrs,efi; all by default")
    command.add_argument("--cohorts", metavar="NAMES", help="such as llr_2016; all by default")
    command.add_argument(
        "--items",
        action="store_true",
        help="keep which items of each score the people of the cohorts met, so that a list can say why",
    )
    _add_definitions(command)
    _add_grounds(command)
    _add_choices(command)
    _add_running(command)
    _add_json(command)
    command.set_defaults(verb=Lazy("score", _MODULE))


def _add_cohort(ways: Verbs) -> None:
    command = ways.add_parser(
        "cohort",
        help="count a cohort of a run, or try its definition on invented rows",
        description="Counts of a cohort by practice or locality and by reason; small numbers are hidden and the rest rounded. With "
        "--try the definition is run on a few invented people who are made to meet it, without any records.",
    )
    command.add_argument("run", type=Path, nargs="?", metavar="RUN", help=_RUN)
    command.add_argument("--cohort", metavar="NAME", help="which cohort; the only one by default")
    command.add_argument("--by", choices=("commissioner", "locality", "practice"), default="locality")
    command.add_argument("--overlap", metavar="NAME", help="another cohort, to see who is in both")
    command.add_argument(
        "--try", dest="attempt", action="store_true", help="try definitions on invented people"
    )
    command.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write rows for a place: cohorts, risk groups, staff of teams, measures; with --records",
    )
    command.add_argument("--records", type=Path, metavar="DIR", help="the linked records that the run scored")
    command.add_argument(
        "--teams", type=Path, metavar="FILE.toml", help="risk groups and caseloads of your own"
    )
    _add_grounds(command)
    _add_choices(command)
    _add_definitions(command)
    _add_running(command)
    _add_json(command)
    command.set_defaults(verb=Lazy("cohort", _MODULE))


def _add_compare(ways: Verbs) -> None:
    command = ways.add_parser(
        "compare",
        help="compare two runs, or a cohort with people who are like it",
        description="With two runs: who stayed in a cohort, who came, who went and why. With --outcomes: what became of a cohort beside "
        "people matched by age, sex, deprivation and admissions before.",
    )
    command.add_argument("run", type=Path, metavar="RUN", help=_RUN)
    command.add_argument("later", type=Path, nargs="?", metavar="LATER", help="a later run")
    command.add_argument("--cohort", metavar="NAME", help="which cohort; the only one by default")
    command.add_argument("--outcomes", type=Path, metavar="DIR", help="linked records that were drawn later")
    command.add_argument(
        "--months", type=_months, default=12, metavar="N", help="before and after; 12 by default"
    )
    _add_grounds(command)
    _add_choices(command)
    _add_running(command)
    _add_json(command)
    command.set_defaults(verb=Lazy("compare", _MODULE))


def _add_fit(ways: Verbs) -> None:
    command = ways.add_parser(
        "fit",
        help="fit a model of admission or cost in the year to come",
        description="Fit on features twelve months before the records end, and on what came since. Writes a definition of a score, a "
        "report of calibration, discrimination, tenths and fairness for people whom the model had not seen, and a model card.",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help=_SET)
    command.add_argument(
        "--out", type=Path, required=True, metavar="MODEL", help="a new folder for the model"
    )
    command.add_argument(
        "--outcome",
        default="admission",
        metavar="NAME",
        help="admission (by default) or cost, or one of --features",
    )
    command.add_argument(
        "--features", type=Path, metavar="FILE.toml", help="outcomes and features of your own"
    )
    command.add_argument("--as-at", type=_day, metavar="DATE", help="where what is known ends")
    command.add_argument(
        "--seed", type=int, default=1, metavar="S", help="of folds and samples; 1 by default"
    )
    _add_model_options(command)


def _add_drift(ways: Verbs) -> None:
    command = ways.add_parser(
        "drift",
        help="see whether a model still fits people and what came of them",
        description="Hold features and predictions twelve months before the records end against those that the model was fitted on, and "
        "predictions against what came since.",
    )
    command.add_argument(
        "model", type=Path, metavar="MODEL", help="a folder that leftshift population fit wrote"
    )
    command.add_argument("folder", type=Path, metavar="DIR", help=_SET)
    command.add_argument(
        "--features", type=Path, metavar="FILE.toml", help="those that the model was fitted with"
    )
    command.add_argument("--as-at", type=_day, metavar="DATE", help="where what is known ends")
    command.set_defaults(seed=1)
    _add_model_options(command, "drift")


def _add_model_options(command: argparse.ArgumentParser, verb: str = "fit") -> None:
    _add_definitions(command)
    _add_grounds(command)
    _add_choices(command)
    _add_running(command)
    _add_json(command)
    command.set_defaults(verb=Lazy(verb, "population_models"))


def _add_match(ways: Verbs) -> None:
    command = ways.add_parser(
        "match",
        help="propose a person of a set for each of some records",
        description="By NHS number and birth, by number, by birth, sex and area, then by likeness; each link says its step and how sure it is. "
        "Records of which several people may be meant are listed as ambiguous. Nothing is merged, and only you may read the result.",
    )
    command.add_argument(
        "records",
        type=Path,
        metavar="FILE",
        help="CSV or Parquet with record, nhs_number, birth_date, sex and lsoa",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help=_SET)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    _add_grounds(command)
    _add_json(command)
    command.set_defaults(verb=Lazy("match", "pseudonyms"))


def _add_to_check(ways: Verbs) -> None:
    command = ways.add_parser(
        "to-check",
        help="write the NHS numbers of a set as the list that is sent to the national data opt-out",
        description="One number a line with a comma after it, as the check takes them. What comes back holds those who may be counted: give it to "
        "score with --cleared. Only you may read the file.",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help=_SET)
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file")
    _add_grounds(command)
    _add_json(command)
    command.set_defaults(verb=Lazy("to_check", "pseudonyms"))


def _add_pseudonymise(ways: Verbs) -> None:
    command = ways.add_parser(
        "pseudonymise",
        help="write linked records anew under pseudonyms of one purpose",
        description="Replace every key of a person by a keyed hash of the NHS number, drop the numbers, and keep births to the month. The "
        "same key and purpose give the same pseudonyms; another purpose gives others.",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help=_SET)
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    command.add_argument(
        "--key",
        type=Path,
        required=True,
        metavar="FILE",
        help="a file of 32 bytes or more that only you may read",
    )
    command.add_argument("--purpose", required=True, metavar="TEXT", help="what the set is for")
    command.add_argument("--basis", metavar="REFERENCE", help="entries of the register that are relied on")
    command.add_argument("--register", type=Path, metavar="FILE.toml", help="the register of legal bases")
    _add_json(command)
    command.set_defaults(verb=Lazy("pseudonymise", "pseudonyms"))


def _add_reidentify(ways: Verbs) -> None:
    command = ways.add_parser(
        "reidentify",
        help="find the NHS numbers behind pseudonyms, which is a right of its own and is recorded",
        description="Each request is entered in a log before it is answered. --verify checks that no entry of the log was changed.",
    )
    command.add_argument("pseudonyms", type=int, nargs="*", metavar="PSEUDONYM")
    command.add_argument(
        "--register", type=Path, metavar="DIR", help="the linked records that hold the NHS numbers"
    )
    command.add_argument("--key", type=Path, metavar="FILE", help="the key of the pseudonyms")
    command.add_argument("--purpose", metavar="TEXT", help="the purpose of the set under pseudonyms")
    command.add_argument("--log", type=Path, required=True, metavar="FILE", help="where requests are entered")
    command.add_argument("--who", metavar="ROLE", help="who asks")
    command.add_argument("--reason", metavar="TEXT", help="why")
    command.add_argument("--reference", metavar="TEXT", help="the legal reference of the permission")
    command.add_argument(
        "--most", type=int, default=25, metavar="N", help="how many the permission is for; 25 by default"
    )
    command.add_argument("--verify", action="store_true", help="check the log, and find nobody")
    _add_json(command)
    command.set_defaults(verb=Lazy("reidentify", "pseudonyms"))


def _add_load(ways: Verbs) -> None:
    command = ways.add_parser(
        "load",
        help="load a cohort of a run into a place of the workspace that is served",
        description="Keep protected counts of a cohort for a place, as a release; loading a run twice is one release. With --list the people "
        "of the cohort are listed as well, by key: a list replaces the one before.",
    )
    command.add_argument("run", type=Path, metavar="RUN", help=_RUN)
    command.add_argument("place", metavar="PLACE", help="code of a place of the workspace")
    command.add_argument("--cohort", metavar="NAME", help="which cohort; the only one by default")
    command.add_argument(
        "--list",
        dest="with_list",
        action="store_true",
        help="list the people too, for whoever may find people",
    )
    command.add_argument(
        "--state",
        type=Path,
        default=Path("var"),
        help="folder for the database and the log (default %(default)s)",
    )
    _add_json(command)
    command.set_defaults(verb=Lazy("load", "loading_people"))
    command = ways.add_parser(
        "looks", help="say whether the record of who looked at people in the workspace is whole"
    )
    command.add_argument("--noted", help="what this command printed before, kept elsewhere")
    command.add_argument(
        "--state",
        type=Path,
        default=Path("var"),
        help="folder for the database and the log (default %(default)s)",
    )
    command.set_defaults(verb=Lazy("looks", "loading_people"))


def _add_definitions(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--define",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE.toml",
        help="definitions of scores and cohorts of your own",
    )
    command.add_argument("--codes", type=Path, nargs="+", default=[], metavar="FILE.csv", help="code lists")


def _add_grounds(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--purpose", metavar="TEXT", help="what it is done for, in the words of the register"
    )
    command.add_argument(
        "--basis", metavar="REFERENCE", help="entries of the register that are relied on, by commas"
    )
    command.add_argument("--register", type=Path, metavar="FILE.toml", help="the register of legal bases")


def _add_choices(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--opt-outs",
        type=Path,
        metavar="FILE",
        help="people who said no, beside the table opt_outs: a header with person_id or nhs_number",
    )
    command.add_argument(
        "--cleared",
        type=Path,
        metavar="FILE",
        help="NHS numbers as they came back from the national data opt-out: nobody else is counted",
    )


def _add_running(command: argparse.ArgumentParser) -> None:
    command.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="duckdb by default")
    command.add_argument(
        "--memory", type=_memory, metavar="SIZE", help="at most so much, such as 4GB or 500MB"
    )
    command.add_argument(
        "--threads", type=_threads, metavar="N", help="at most so many; every core by default"
    )
    command.add_argument(
        "--spark",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a setting of Spark, such as spark.master=spark://host:7077",
    )
    command.add_argument(
        "--scratch", type=Path, metavar="DIR", help="where to put what does not fit into memory"
    )


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON")
