"""A board officer calls a meeting, builds its agenda with the keyboard alone, has a paper written, issues the pack, and minutes what was decided."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.walking import (
    ROOT,
    Workspace,
    follow,
    take_picture,
    then_axe_finds_nothing,
    then_it_fits_a_phone,
)

FOLDER = ROOT / "examples" / "llr-2014" / "programme"
MOST_TABS = 150
PARTS = (
    "Purpose", "Link to the system plan", "Policy framework and previous decisions", "Background", "Consultation", "Resource implications",
    "Timeline", "Equality and other assessments", "Background papers", "Officers to contact",
)  # fmt: skip


def programme_of_boards(workspace: Workspace, code: str) -> str:
    """The programme of LLR, looked at from June 2015, in a plan of its own; gives where its boards stand."""
    place = workspace.plan(code)
    dora = workspace.visit("dora")
    dora.goto(f"{place}programme/")
    files = [
        {"name": path.name, "mimeType": "text/csv", "buffer": path.read_text("utf-8").replace("llr-2014", code).encode()}
        for path in sorted(FOLDER.iterdir())
    ]  # fmt: skip
    dora.get_by_label("The folder of a programme").set_input_files(files)  # type: ignore[arg-type]
    dora.get_by_role("button", name="Bring it in").click()
    expect(dora.get_by_role("heading", level=1)).to_contain_text("Overview")
    dora.context.close()
    return f"{place}programme/boards/"


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus; it is reached, and seen when it is."""
    for _ in range(MOST_TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not get there")


def press(page: Page, button: Locator) -> None:
    """Press a button with the keyboard, and wait for what comes."""
    tab_to(page, button)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def look(page: Page) -> None:
    """A page that axe finds nothing in, and that fits a phone."""
    then_axe_finds_nothing(page)
    then_it_fits_a_phone(page)


def submit(page: Page, button: str) -> None:
    """Send a form."""
    follow(page, page.get_by_role("button", name=button, exact=True))


def by_keyboard(page: Page, **fields: str) -> None:
    """Add an item of an agenda with the keyboard alone."""
    for name, text in fields.items():
        tab_to(page, page.locator(f"#{name}"))
        page.keyboard.type(text)
    press(page, page.get_by_role("button", name="Add the item"))
    expect(page.get_by_text("The item was added.")).to_be_visible()


def the_agenda(page: Page) -> None:
    """Three items, the last of which goes up one place, all of it without a mouse."""
    tab_to(page, page.get_by_role("link", name="Agenda", exact=True))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    look(page)
    by_keyboard(page, title="Welcome and declarations", kind="Procedure", minutes="5")
    by_keyboard(page, title="Any other business", kind="Procedure")
    by_keyboard(
        page, title="Home care before wards move", owner="Project lead", minutes="30", concerns="home_care"
    )
    press(page, page.get_by_role("button", name="Up item 3, Home care before wards move"))
    expect(page.get_by_text("Item 3 was moved up.")).to_be_visible()
    expect(page.locator("#agenda li").nth(1)).to_contain_text("Home care before wards move")
    look(page)
    press(page, page.get_by_role("button", name="Write its paper item 2"))


def the_paper(page: Page) -> None:
    """Part by part: what it lacks is said until it lacks nothing."""
    expect(page.locator("#lacking")).to_contain_text("Purpose")
    look(page)
    for name in PARTS:
        page.get_by_label(f"{name} (needed)").fill(f"{name}: what members need to know.")
    page.get_by_label("Recommendations: a").fill("That home care stands before a ward closes.")
    submit(page, "Save, and add another to Recommendations")
    expect(page.get_by_label("Recommendations: b")).to_be_visible()
    page.get_by_label("Recommendations: b").fill("That the board hears in September how it went.")
    submit(page, "Save, and add another to Recommendations")
    expect(page.locator("#lacking li")).to_have_count(5)
    for heading in ("time", "viability", "finance", "profile", "equality"):
        page.locator(f'[name="level.{heading}"]').select_option("medium")
        page.locator(f"#risk-{heading}").fill("Winter comes first.")
    submit(page, "Save the paper")
    expect(page.get_by_text("It has everything that its template needs.")).to_be_visible()
    look(page)


def the_pack(page: Page) -> None:
    """Looked at, issued, and read under the same page numbers."""
    follow(page, page.get_by_role("link", name="Pack", exact=True))
    look(page)
    follow(page, page.get_by_role("link", name="Look at the pack as it would be issued"))
    look(page)
    page.go_back()
    submit(page, "Issue the pack")
    expect(page.get_by_text("The pack is issued.").first).to_be_visible()
    expect(page.locator("#pages-1")).to_contain_text("Item 2. Home care before wards move")
    look(page)
    follow(page, page.get_by_role("link", name="Read it issue 1"))
    expect(page.locator("#page-2")).to_be_visible()
    look(page)


def the_meeting(page: Page) -> None:
    """Attendance, a declaration, and a resolution that stands after one that would not."""
    follow(page, page.get_by_role("link", name="Attendance", exact=True))
    look(page)
    for group in page.get_by_role("group").filter(has=page.get_by_label("Present", exact=True)).all():
        group.get_by_label("Present", exact=True).check()
    submit(page, "Save attendance")
    expect(page.locator(".nhsuk-notification-banner__heading")).to_contain_text("Quorate:")
    look(page)
    follow(page, page.get_by_role("link", name="Declarations", exact=True))
    expect(page.locator("#exclusions")).to_contain_text("the register; not declared here yet")
    page.get_by_label("Item", exact=True).select_option("2")
    page.get_by_label("Member", exact=True).select_option("lay_member")
    page.get_by_label("Kind of interest").select_option("financial")
    page.get_by_label("What was declared").fill("Shares in a home care company")
    submit(page, "Record the declaration")
    expect(page.get_by_text("The declaration is tied to item 2.")).to_be_visible()
    look(page)
    follow(page, page.get_by_role("link", name="Decisions", exact=True))
    follow(page, page.get_by_role("link", name="2. Home care before wards move"))
    expect(page.get_by_text("may not take part")).to_be_visible()
    look(page)
    page.get_by_label("What was resolved").fill("Home care stands before a ward closes.")
    page.get_by_label("How it ended").select_option("agreed")
    page.get_by_label("For", exact=True).fill("40")
    submit(page, "Record the resolution")
    expect(page.get_by_text("It would not stand, and is not recorded: 40 votes")).to_be_visible()
    look(page)
    page.get_by_label("For", exact=True).fill("7")
    page.get_by_label("What it decides on").select_option("project:bed_moves")
    page.get_by_label("What is to be done").fill("Report on home care")
    page.get_by_label("Who does it: a role").fill("Director of adult social services")
    page.get_by_label("By when").fill("2015-09-01")
    submit(page, "Record the resolution")
    expect(page.get_by_text("Resolution 2(a) is recorded.")).to_be_visible()
    look(page)


def the_minutes(page: Page) -> None:
    """Read, approved and published."""
    follow(page, page.get_by_role("link", name="Minutes", exact=True))
    document = page.locator(".app-document")
    expect(document).to_contain_text("Resolved: Home care stands before a ward closes. (7 for)")
    expect(document).to_contain_text("Report on home care")
    look(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as Word").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    page.get_by_label("When they were approved").fill("2015-06-12")
    submit(page, "Record that they were approved")
    submit(page, "Publish them")
    expect(page.get_by_text("Published at /public/journey-boards/minutes/")).to_be_visible()
    look(page)
    follow(page, page.get_by_role("link", name="Pack", exact=True))
    submit(page, "Publish it")
    look(page)


def test_a_board_officer_from_calling_a_meeting_to_its_minutes(workspace: Workspace) -> None:
    boards = programme_of_boards(workspace, "journey-boards")
    bo = workspace.visit("bo")
    bo.goto(boards)
    look(bo)
    take_picture(bo, "boards", height=1400)
    follow(bo, bo.get_by_role("link", name="Add a meeting", exact=True))
    look(bo)
    bo.get_by_label("Body").select_option("programme_board")
    bo.get_by_label("Day").fill("2015-06-12")
    bo.get_by_label("Where").fill("County Hall")
    submit(bo, "Look at its deadlines first")
    expect(bo.locator("#deadlines")).to_contain_text("working days before the meeting")
    submit(bo, "Add the meeting")
    expect(bo.get_by_text("The meeting was added.")).to_be_visible()
    meeting = bo.url
    look(bo)
    the_agenda(bo)
    the_paper(bo)
    the_pack(bo)
    the_meeting(bo)
    bo.goto(meeting)
    look(bo)
    take_picture(bo, "meeting", height=1500)
    the_minutes(bo)
    workspace.then_nothing_went_wrong(bo, but="400")
    bo.context.close()
    # everybody reads it
    stranger = workspace.visit("")
    stranger.goto("/public/journey-boards/")
    follow(stranger, stranger.get_by_role("link", name="Programme board, Friday 12 June 2015", exact=True))
    expect(stranger.locator("#page-2")).to_be_visible()
    look(stranger)
    stranger.go_back()
    follow(stranger, stranger.get_by_role("link", name="minutes of"))
    expect(stranger.get_by_role("main")).to_contain_text("Home care stands before a ward closes.")
    look(stranger)
    workspace.then_nothing_went_wrong(stranger)
    stranger.context.close()
