"""The whole product as people run it: web server and worker as processes, and Debian's Chromium."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.cast import PASSWORD
from tests.conftest import ENGINE, SERVER, _server

ROOT = Path(__file__).parents[2]
PICTURES = os.environ.get("CRM_PICTURES")  # a folder, when the manual's pictures are to be made anew
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--lang=zh-CN",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
expect.set_options(timeout=20_000)  # milliseconds: patience for a machine that does other things too


class Site:
    """A running installation with the cast in it."""

    def __init__(self, data: Path, port: int, database: str):
        self.url = f"http://127.0.0.1:{port}"
        self.data = data
        environment = os.environ | {"CRM_DATA": str(data), "CRM_PORT": str(port), "CRM_HOST": "127.0.0.1"}
        self.environment = environment | {"CRM_DATABASE": database, "CRM_QUEUE": self.queue()}
        subprocess.run([sys.executable, "-m", "tests.browser.prepare"], check=True, **self.where())
        self.log = open(data / "serve.log", "w")  # noqa: SIM115 - closed by stop
        self.process = subprocess.Popen(
            [sys.executable, "-m", "intranet_crm.cli", "serve"],
            stdout=self.log,
            stderr=self.log,
            **self.where(),
        )

    @staticmethod
    def queue() -> str:
        """The SQLite queue with SQLite, Redis with MariaDB: both are seen working."""
        return os.environ.get("CRM_TEST_REDIS", "redis://127.0.0.1:6379/15") if ENGINE == "mysql" else ""

    def where(self) -> dict:
        return {"cwd": ROOT, "env": self.environment}

    def health(self) -> dict:
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
            return json.load(answer)

    def wait(self) -> None:
        for _ in range(150):
            try:
                if self.health()["worker"] == "ok":
                    return
            except OSError:
                pass
            time.sleep(0.2)
        pytest.fail((self.data / "serve.log").read_text())

    def kill_worker(self) -> None:
        """kill -9; the parent starts it again."""
        words = ["pgrep", "-P", str(self.process.pid), "-f", "intranet_crm.cli worker"]
        for pid in subprocess.run(words, capture_output=True, text=True, check=False).stdout.split():
            os.kill(int(pid), signal.SIGKILL)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(90)
        self.log.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id) -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    name, database = f"crm_browser_{worker_id}_{os.getpid()}", ""
    if ENGINE == "mysql":
        server = _server()
        server.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
        server.cursor().execute(f"CREATE DATABASE {name}")
        database = f"{SERVER}/{name}"
    site = Site(tmp_path_factory.mktemp("site"), port, database)
    site.wait()
    yield site
    site.stop()
    if ENGINE == "mysql":
        server.cursor().execute(f"DROP DATABASE {name}")
        server.close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Ended with these tests: its event loop would stand in the way of those that sign documents."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def enter(site: Site, chromium: Browser) -> Iterator:
    """``enter("chenjing")`` is that person's own browser; a complaint in its console fails the test."""
    contexts, complaints = [], []

    def enter(username: str, width: int = 1440) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login")
        page.get_by_label("账号").fill(username)
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/")
        return page

    enter.complaints = complaints
    yield enter
    for context in contexts:
        context.close()
    # A refused form answers 422, which Chromium reports as a failed load: that is meant.
    assert [text for text in complaints if "422" not in text] == []


@pytest.fixture
def picture():
    """``picture(page, "工作台")`` keeps a picture for the manual when asked to."""

    def keep(page: Page, name: str, *, full: bool = False) -> None:
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{PICTURES}/{name}.png", full_page=full)

    return keep


@pytest.fixture
def paper_picture():
    """``paper_picture(pdf, "归档表")`` keeps the first page of a PDF likewise."""

    def keep(content: bytes, name: str) -> None:
        if PICTURES:
            document = pypdfium2.PdfDocument(content)
            document[0].render(scale=1.5).to_pil().save(f"{PICTURES}/{name}.png")
            document.close()

    return keep
