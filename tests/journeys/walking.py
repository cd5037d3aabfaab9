"""The workspace in a process of its own, and people who walk through it in a browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from leftshift.place.reading import folder_texts
from tests.workspace.test_kill import free_port, without_the_database_of_other_tests

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "guide" / "images"
PASSWORD = "seven calm herons wade"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Who walks: role, and the organisation that they speak for.
CAST = {
    "vera": ("viewer", ""),
    "asha": ("analyst", ""),
    "dora": ("programme_director", ""),
    "bo": ("board_officer", ""),
    "femi": ("finance_lead", "RN1"),
    "gwen": ("finance_lead", "RN2"),
    "nia": ("finance_lead", "NM1"),
    "noor": ("finance_lead", "NM2"),
    "rhys": ("finance_lead", "RN3"),
    "ada": ("administrator", ""),
    "liam": ("project_lead", ""),
    "mina": ("fund_manager", ""),
    "chair": ("signatory", "THE_BOARD"),
    "iris": ("signatory", "QZZ"),
    "cole": ("signatory", "E06999999"),
    "theo": ("signatory", "E06999999"),
    "cara": ("care_coordinator", ""),
    "pim": ("privacy_officer", ""),
}


def follow(page: Page, link: Locator) -> None:
    """Click a link or button and wait for the page behind it: a click returns while the old page stands."""
    with page.expect_navigation():
        link.click()


def then_axe_finds_nothing(page: Page) -> None:
    """No violation of the rules that axe knows: WCAG 2.2 A and AA, and good practice."""
    page.wait_for_load_state()
    # all rules run; to list what passed would take longer than to find what does not
    options = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, results.generate_report()


@dataclass
class Workspace:
    """A workspace that is served, and the browser in which people visit it."""

    browser: Browser
    state: Path
    folders: list[Path]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    sessions: dict[str, object] = field(default_factory=dict)
    problems: dict[int, list[str]] = field(default_factory=dict)
    plans: set[str] = field(default_factory=set)

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://localhost:{self.port}"

    def command(self, *words: str) -> list[str]:
        """A command of leftshift."""
        return [sys.executable, "-m", "leftshift.cli.main", *words, "--state", str(self.state)]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the process: it knows nothing of the databases of other tests."""
        return {**without_the_database_of_other_tests(), "PYTHONPATH": str(ROOT / "src")}

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            self.command("serve", *map(str, self.folders), "--port", str(self.port)),
            stdout=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=self.environment,
        )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.address}/health", timeout=5).close()
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
            else:
                return
        pytest.fail("the workspace did not start")

    def stop(self) -> None:
        """Stop it in order."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)

    def said(self, *words: str) -> str:
        """What a command of leftshift prints."""
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, cwd=ROOT, env=self.environment, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def visit(self, name: str, *, width: int = 1280, script: bool = True) -> Page:
        """A page in which one of the cast has signed in. Every error and every request elsewhere is noted."""
        if name and name not in self.sessions:
            self.sessions[name] = self._accept_invitation(name)
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 900},
            storage_state=self.sessions.get(name),  # type: ignore[arg-type]
            java_script_enabled=script,
        )
        page = context.new_page()
        noted = self.problems[id(page)] = []
        page.on(
            "console",
            lambda message: noted.append(message.text) if message.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: noted.append(str(error)))
        page.on(
            "request",
            lambda request: (
                noted.append(request.url)
                if not request.url.startswith((self.address, "blob:", "data:"))
                else None
            ),
        )
        return page

    def then_nothing_went_wrong(self, page: Page, *, but: str = "no such thing") -> None:
        """No error in the console, and no request that left the machine."""
        assert [words for words in self.problems[id(page)] if not re.search(but, words)] == []

    def plan(self, code: str) -> str:
        """A plan of its own for a journey: Northmoor under another code, imported as a person does; gives its address."""
        if code not in self.plans:
            asha = self.visit("asha")
            asha.goto("/import/")
            asha.get_by_label("The file, or the files of the folder").set_input_files(self.zip_of(code))
            asha.get_by_role("button", name="Import").click()
            asha.wait_for_url(f"**/places/{code}/overview/2027-28/")
            asha.context.close()
            self.plans.add(code)
        return f"/places/{code}/"

    def zip_of(self, code: str, **changed: tuple[str, str]) -> Path:
        """A zip of Northmoor under another code; ``changed`` maps a table to what is replaced in it by what."""
        file = self.state.parent / f"{code}.zip"
        folder = ROOT / "examples" / "northmoor"
        with zipfile.ZipFile(file, "w") as archive:
            for name, text in folder_texts(folder).items():
                text = (
                    text.replace('code = "northmoor"', f'code = "{code}"') if name == "place.toml" else text
                )
                before, after = changed.get(name.removesuffix(".csv"), ("", ""))
                archive.writestr(f"{code}/{name}", text.replace(before, after, 1) if before else text)
        return file

    def _accept_invitation(self, name: str) -> object:
        """Make the account of one of the cast as a person does: by the link, a password and a second factor."""
        role, organisation = CAST[name]
        of = ["--organisation", organisation] if organisation else []
        link = self.said("invite", f"{name}@northmoor.example", "--role", role, *of)
        context = self.browser.new_context(base_url=self.address)
        page = context.new_page()
        page.goto(link)
        page.get_by_label("Your name").fill(f"{name.capitalize()} Invented")
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Make my account").click()
        secret = page.locator("code").first.inner_text().replace(" ", "")
        page.get_by_label("Code that the app shows").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Set it up").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        state = context.storage_state()
        context.close()
        return state


def then_it_prints_well(page: Page) -> None:
    """On paper there is no navigation, nothing is cut off at the side, and the heading stays."""
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".app-header__person")).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.emulate_media(media="screen")


def then_it_fits_a_phone(page: Page) -> None:
    """Nothing sticks out at the side of a narrow screen."""
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.set_viewport_size({"width": 1280, "height": 900})


def take_picture(page: Page, name: str, *, height: int = 1000) -> None:
    """The picture of a page for the guide; taken anew by ``make docs``, and otherwise only looked for."""
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        IMAGES.mkdir(parents=True, exist_ok=True)
        page.screenshot(
            path=IMAGES / f"{name}.png",
            clip={"x": 0, "y": 0, "width": 1280, "height": height},
            full_page=True,
        )
    assert (IMAGES / f"{name}.png").exists(), "take it with: make docs"


def then_every_chart_is_drawn(page: Page) -> None:
    """Every chart of a page arrives and is a drawing."""
    for image in page.locator("img.app-chart").all():
        image.scroll_into_view_if_needed()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
