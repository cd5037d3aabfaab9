"""Adding a round needs no code: a pack of one's own in a folder, from a plan to its workbook and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leftshift.cli.main import main
from leftshift.fund.fund import read_fund
from leftshift.fund.rounds.round import Rounds
from leftshift.place.writing import write_files

SAID = ",A paper,sourced"
ROUND = {
    "round.toml": '[round]\nname = "Neighbourhood Fund 2031"\nfund = "Neighbourhood Fund"\nyears = ["2031/32"]\nfollows = "2025-26"\nsource = "A paper"\n',
    "income_lines.csv": "line,name,payer,mandated,capital,source,evidence\n"
    f"town_money,Money of the town,council,yes,no{SAID}\nhealth_money,Money of the NHS,nhs,yes,no{SAID}\n",
    "minimums.csv": "minimum,name,line,areas,commissioner,source,evidence\n"
    f"gardens,Spend on gardens,health_money,garden,all{SAID}\n",
    "lists.csv": "list,value,name,source,evidence\n"
    f"scheme_type,walk,Walks for everybody{SAID}\nscheme_type,dig,Digging together{SAID}\n"
    f"area_of_spend,garden,Gardens{SAID}\narea_of_spend,street,Streets{SAID}\n",
    "columns.csv": "column,heading,needed,source,evidence\n"
    f"name,What it is called,always{SAID}\nscheme_type,What is done,always{SAID}\narea_of_spend,Where,always{SAID}\n"
    f"source_of_funding,Whose money,always{SAID}\namount,Pounds,always{SAID}\n",
    "conditions.csv": f"condition,number,name,source,evidence\nfriendly,1,Everybody is friendly{SAID}\n",
    "metrics.csv": "metric,name,better,numerator,denominator,multiplier,unit,every,source,evidence\n"
    f'walks,Walks for each thousand people,higher,Walks,People,1000,"per 1,000",quarter{SAID}\n',
    "narrative.csv": f"section,name,most,counted_in,source,evidence\nwhy,Why,20,words{SAID}\n",
    "signatories.csv": f"signatory,role,of,may_delegate,source,evidence\nmayor,Mayor,council,yes{SAID}\n",
    "deadlines.csv": f"deadline,name,what,due,source,evidence\nplan,The plan,plan,2031-03-31{SAID}\n",
    "rules.csv": "rule,severity,threshold,source,evidence\n"
    + "".join(f"{rule},blocking,,A paper,sourced\n" for rule in ("v01", "v02", "v04", "v06", "v11", "v16", "v17", "v20", "mandated"))
    + "v08,blocking,5000,A paper,sourced\n",
    "cells.csv": "template,sheet,cell,holds,what,form,source,evidence\n"
    f"plan,Front,A1,label,Neighbourhood Fund,text{SAID}\nplan,Front,A2,given,round,text{SAID}\nplan,Front,A3,entered,completed_by,text{SAID}\n",
    "blocks.csv": "template,block,sheet,of,heading_row,rows,source,evidence\n"
    f"plan,money,Money in,income,10,5{SAID}\nplan,out,Money out,spend,3,5{SAID}\nplan,asked,Front,conditions,8,3{SAID}\n"
    f"plan,texts,Words,narrative,2,3{SAID}\nplan,counted,Words,metrics,20,6{SAID}\n",
    "block_columns.csv": "template,block,column,heading,item,holds,form,list,formula,source,evidence\n"
    f"plan,money,C,Whose,line,entered,list,income_line,{SAID}\nplan,money,A,Who,partner,entered,list,partner,{SAID}\n"
    f"plan,money,H,How much,amount_1,entered,money,,{SAID}\n"
    f"plan,out,B,What,name,entered,text,,{SAID}\nplan,out,C,Kind,scheme_type,entered,list,scheme_type,{SAID}\n"
    f"plan,out,D,Where,area_of_spend,entered,list,area_of_spend,{SAID}\nplan,out,E,Whose,source_of_funding,entered,list,income_line,{SAID}\n"
    f"plan,out,F,Pounds,amount_1,entered,money,,{SAID}\n"
    f"plan,asked,A,Condition,condition,given,list,condition,{SAID}\nplan,asked,B,Answer,answer,entered,list,answer,{SAID}\n"
    f"plan,texts,A,Section,section,given,list,section,{SAID}\nplan,texts,B,Text,text,entered,text,,{SAID}\n"
    f"plan,counted,A,Metric,metric,given,list,metric,{SAID}\nplan,counted,B,Period,period,given,text,,{SAID}\n"
    f"plan,counted,C,Walks,numerator,entered,number,,{SAID}\nplan,counted,D,People,denominator,entered,number,,{SAID}\n"
    f"plan,counted,E,For each thousand,planned,worked_out,number,,=C{{row}}/D{{row}}*1000{SAID}\n",
    "crosswalk.csv": f"list,was,becomes,source,evidence\nincome_line,nhs_minimum,health_money{SAID}\n",
}  # fmt: skip
TEST = ",A test,assumed"
PLAN = {
    "plan.toml": '[plan]\ncode = "town-2031"\nname = "The town"\nround = "2031-32"\narea = "E07000001"\narea_name = "The town"\n',
    "partners.csv": f"partner,name,kind,host,source,basis\nTOWN,The town,council,yes{TEST}\nNHS1,The NHS,nhs_commissioner,no{TEST}\n",
    "income.csv": "income,line,partner,year,amount,source,basis\n"
    f"a,town_money,TOWN,2031/32,3000{TEST}\nb,health_money,NHS1,2031/32,2000{TEST}\n",
    "required_spend.csv": "minimum,partner,year,amount,source,basis\n"
    f"gardens,NHS1,2031/32,2000{TEST}\ntown_money,TOWN,2031/32,3000{TEST}\nhealth_money,NHS1,2031/32,2000{TEST}\n",
    "schemes.csv": f"scheme,name,source,basis\nwalks,Walks{TEST}\nbeds,Flower beds{TEST}\n",
    "spend.csv": "spend,scheme,year,amount,source_of_funding,scheme_type,area_of_spend,source,basis\n"
    f"walks,walks,2031/32,3000,town_money,walk,street{TEST}\nbeds,beds,2031/32,2000,health_money,dig,garden{TEST}\n",
    "conditions.csv": f"condition,answer,statement,source,basis\nfriendly,yes,We are{TEST}\n",
    "metrics.csv": f"metric,rationale,local_plan,source,basis\nwalks,Good,More paths{TEST}\n",
    "metric_plan.csv": "metric,period,numerator,denominator,source,basis\n"
    + "".join(f"walks,2031/32 Q{at},{at}0,1000{TEST}\n" for at in (1, 2, 3, 4)),
    "narrative.csv": f"section,text,source,basis\nwhy,Because it is good{TEST}\n",
}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A plan, and the folder with the pack of its round."""
    write_files(ROUND, tmp_path / "rounds" / "2031-32")
    write_files(PLAN, tmp_path / "town")
    return tmp_path / "town", tmp_path / "rounds"


def test_a_round_of_ones_own_from_plan_to_workbook_and_back(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, rounds = folders
    more = ["--rounds", str(rounds), "--as-of", "2031-03-01", "--json"]

    assert main(["fund", "check", str(plan), *more]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["ready_to_sign"] is True
    assert [fault["rule"] for fault in checked["faults"]] == ["v16"]
    assert checked["totals"]["by_source"] == {"town_money": 3, "health_money": 2}

    book = tmp_path / "book.xlsx"
    assert main(["fund", "return", str(plan), *more, "--out", str(book)]) == 0
    capsys.readouterr()
    assert main(["fund", "read", str(book), str(plan), *more, "--save"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert [change["words"] for change in changes if change["column"] not in ("source", "basis", "")] == []
    # what has been read is whole: it can be checked again
    assert main(["fund", "check", str(plan), *more]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["totals"]["by_source"] == checked["totals"]["by_source"]
    assert [fault["rule"] for fault in again["faults"]] == ["v16"]


def test_its_rules_lists_and_thresholds_are_those_of_its_files(folders: tuple[Path, Path]) -> None:
    from datetime import date

    plan, rounds = folders
    text = (plan / "spend.csv").read_text().replace("walk,street", "run,street")
    (plan / "spend.csv").write_text(text)
    write_files({"income.csv": PLAN["income.csv"].replace("3000", "6000")}, plan)
    found = read_fund(plan, rounds=[rounds])
    checked = found.check(date(2031, 4, 1))

    faults = {(fault["rule"], fault["column"]) for fault in checked.document()["faults"]}
    assert faults == {
        ("v02", "source_of_funding"),
        ("v06", "scheme_type"),
        ("v08", "amount"),
        ("v16", "signatory"),
    }
    # a plan that nobody told of the round is told which there are
    assert Rounds((rounds,)).codes == ("2016-17", "2017-19", "2023-25", "2025-26", "2031-32")
    assert Rounds((rounds,)).after("2025-26") == ["2031-32"]


def test_a_plan_is_rolled_into_it(folders: tuple[Path, Path], tmp_path: Path) -> None:
    from tests.library.fund.plans import clean

    old = tmp_path / "old"
    write_files(clean("2025-26").texts(), old)
    rolled = read_fund(old, rounds=[folders[1]]).roll("2031-32", code="new")

    assert [row.line for row in rolled.plan.income] == ["health_money", "town_money"]
    assert {row.year.label for row in rolled.plan.spend} == {"2031/32"}
