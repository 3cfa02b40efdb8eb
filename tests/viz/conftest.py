"""What is not installed everywhere: a real browser, and a program that makes PDF."""

from __future__ import annotations

import shutil

import pytest

from autograd_fr import viz
from autograd_fr.viz.pictures import pdf
from autograd_fr.viz.pictures.element import element

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1200,900",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Chromium without a window and without a network, driven by selenium."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("needs a browser: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield started
    started.quit()


@pytest.fixture(scope="session")
def makes_pdf():
    """Something here makes PDF of a picture."""
    dot = "digraph { a }"
    try:
        pdf.to_pdf(dot, element(dot))
    except viz.RenderError:
        pytest.skip('nothing here makes PDF: pip install "autograd_fr[pdf]"')
