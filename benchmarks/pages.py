"""Pages under load: fifty people at once, each signed in and on a connection of their own, beside an empty Django page.

Starts a real workspace with both examples in a process of its own, signs every person in by a link of the command line,
and asks for each page over and over for some seconds. The ratio is to the empty page of the same server, asked without a
session: it passes every part of Django and no database. The aim is four times at most, at the median and for the
slowest twentieth. Absolute times say little: those who ask share two processors with those who answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

PEOPLE = int(os.environ.get("PEOPLE", "50"))
SECONDS = float(os.environ.get("SECONDS", "4"))
SESSIONS = min(int(os.environ.get("SESSIONS", "50")), PEOPLE)  # fewer start sooner, for whoever is profiling
AIM = 4
_YEAR = "2018-19"
PAGES = {
    "places": "/",
    **{f"room: {room}": f"/places/llr-2014/{room}/{_YEAR}/" for room in (
        "overview", "drivers", "organisations", "interventions", "impact", "tie-out", "scenarios", "compare", "sources",
    )},
    "why": f"/places/llr-2014/why/gap/{_YEAR}/",
    "a row": f"/places/llr-2014/inputs/contracts/2/{_YEAR}/",
    "chart": f"/places/llr-2014/charts/bridge/{_YEAR}.svg",
    "table as CSV": f"/places/llr-2014/tables/overview/bridge/{_YEAR}.csv",
    "review": "/places/llr-2014/review/",
    "comments": "/places/llr-2014/comments/",
    "what if": f"/places/llr-2014/what-if/{_YEAR}/",
    "draft as a grid": "/places/llr-2014/draft/tables/contracts/",
}  # fmt: skip


@contextlib.contextmanager
def workspace(
    state: Path, folders: Sequence[str] = ("examples/llr-2014", "examples/northmoor")
) -> Iterator[int]:
    """A workspace in a process of its own; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "leftshift.cli.main", "serve", *folders]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--state", str(state)],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.site"},
    )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://localhost:{port}/health").close()
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def link(state: Path) -> str:
    """The address of a link that signs in."""
    command = [sys.executable, "-m", "leftshift.cli.main", "link", "--state", str(state)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return f"/sign-in/link/{said.strip().rstrip('/').rpartition('/')[2]}/"


class Reader:
    """One person's browser, as plain as can be: it costs the server's processors little."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.token = ""

    async def open(self) -> None:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)

    async def ask(
        self, address: str, *, signed_in: bool = True, body: str | None = None
    ) -> tuple[int, bytes]:
        """Fetch a page over the connection that is kept; gives its status and text."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items()) if signed_in else ""
        head = f"{'GET' if body is None else 'POST'} {address} HTTP/1.1\r\nHost: localhost\r\n"
        head += f"Cookie: {cookies}\r\n" if cookies else ""
        if body is not None:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        answered = (await self._sent(f"{head}\r\n{body or ''}".encode())).decode("latin-1").split("\r\n")
        headings = [tuple(line.split(": ", 1)) for line in answered[1:] if line]
        for name, value in headings:
            if name.lower() == "set-cookie":
                cookie, _, given = value.partition(";")[0].partition("=")
                self.cookies[cookie] = given
        sizes = {name.lower(): value for name, value in headings}
        text = await self.reader.readexactly(int(sizes.get("content-length", 0)))
        if sizes.get("connection", "").lower() == "close":
            self.writer.close()
            await self.open()
        return int(answered[0].split()[1]), text

    async def _sent(self, asked: bytes) -> bytes:
        """Send, and wait for the head of the answer; a connection that the server closed meanwhile is made anew."""
        try:
            self.writer.write(asked)
            return await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            self.writer.close()
            await self.open()
            self.writer.write(asked)
            return await self.reader.readuntil(b"\r\n\r\n")


async def read(person: Reader, address: str, until: float, *, signed_in: bool) -> list[float]:
    """Ask for a page until it is time to stop; the seconds that each answer took."""
    found = []
    while time.perf_counter() < until:
        begun = time.perf_counter()
        status, _ = await person.ask(address, signed_in=signed_in)
        assert status == 200, (address, status)
        found.append(time.perf_counter() - begun)
    return found


async def load(people: list[Reader], address: str, *, signed_in: bool = True) -> tuple[float, float, float]:
    """Median, 95th percentile and answers a second, with everybody asking at once."""
    await people[0].ask(address, signed_in=signed_in)
    until = time.perf_counter() + SECONDS
    asked = await asyncio.gather(*(read(person, address, until, signed_in=signed_in) for person in people))
    times = [seconds for each in asked for seconds in each]
    return median(times), quantiles(times, n=20)[-1], len(times) / SECONDS


async def measure(port: int, links: list[str]) -> None:
    """Sign everybody in, then load page after page."""
    people = [Reader(port) for _ in range(PEOPLE)]
    for at, person in enumerate(people):
        await person.open()
        if at < len(links):
            await person.ask(links[at])
        else:
            person.cookies = people[at % len(links)].cookies
    await _open_draft(people[0])
    print(f"{'':<24}{'median ms':>10}{'95 % ms':>10}{'a second':>10}{'ratio':>8}{'95 %':>7}")
    for name, address in {"empty, signed in": "/empty/", **PAGES}.items():
        plain = await load(
            people, "/empty/", signed_in=False
        )  # each time anew: what else the machine does changes
        show(name, await load(people, address), plain)
    show("empty, no session", plain, plain)


async def _open_draft(person: Reader) -> None:
    _, page = await person.ask("/places/llr-2014/draft/")
    token = page.partition(b'name="csrfmiddlewaretoken" value="')[2].partition(b'"')[0].decode()
    await person.ask("/places/llr-2014/draft/", body=f"csrfmiddlewaretoken={token}&do=open")


def show(name: str, found: tuple[float, float, float], plain: tuple[float, float, float]) -> None:
    """Print a line."""
    middle, slow, rate = found
    ratios = middle / plain[0], slow / plain[1]
    mark = "   past the aim" if max(ratios) > AIM else ""
    print(
        f"{name:<24}{middle * 1e3:>10.1f}{slow * 1e3:>10.1f}{rate:>10.0f}{ratios[0]:>8.2f}{ratios[1]:>7.2f}{mark}",
        flush=True,
    )


def main() -> None:
    """Start a workspace, and load it."""
    with tempfile.TemporaryDirectory() as scratch, workspace(Path(scratch)) as port:
        with ThreadPoolExecutor(2) as pool:
            links = list(pool.map(lambda _: link(Path(scratch)), range(SESSIONS)))
        asyncio.run(measure(port, links))


if __name__ == "__main__":
    main()
