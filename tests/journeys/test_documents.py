"""An account, the documents that it may upload, and an answer out of one of them."""

import os
import re
from pathlib import Path

from playwright.sync_api import StorageState, expect

from tests.domain.knowledge.files import docx, paragraph
from tests.journeys.conftest import Visit
from tests.journeys.pages import WINDUP, Sight, ask, finished, sign_up
from tests.journeys.site import ROOT, Web

SAMPLES = Path(os.environ.get("COLLOQUY_SAMPLES") or ROOT.parent / "shared" / "samples") / "documents"
REAL = {True: ["ULTABEAUTY_2023Q1_EARNINGS.pdf", "m-footnotes.docx"], False: ["par-known-styles.docx"]}
DOCUMENTS = "/organizations/tideway-press/documents"
LOCK = "The tidal lock at Quillhaven opens every morning at 06:40 and holds eleven barges."


def test_a_guest_who_signs_up_keeps_what_was_asked(quoting: Web, ada: StorageState, visit: Visit, script: bool) -> None:
    page = visit(quoting.url, script=script)
    ask(page, WINDUP)
    finished(page)
    address = page.url.partition("?")[0]
    page.goto(f"{quoting.url}/signup")
    sign_up(page, "Cleo", f"cleo-{script}@example.org")
    page.get_by_role("navigation", name="Conversations").get_by_role("link", name=WINDUP).click()
    expect(finished(page).get_by_role("heading", name=WINDUP)).to_be_visible()
    assert page.url.partition("?")[0] == address
    expect(page.get_by_role("link", name="Documents", exact=True)).to_have_count(0)


def test_the_first_account_uploads_documents_and_asks_about_one(
    quoting: Web, ada: StorageState, visit: Visit, script: bool, tmp_path: Path, sight: Sight
) -> None:
    name = f"harbour-{'script' if script else 'plain'}.docx"
    (tmp_path / name).write_bytes(docx(paragraph("Quillhaven harbour", "Heading1") + paragraph(LOCK)))
    broken = tmp_path / f"broken-{name}.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing that anyone could read")
    real = [SAMPLES / each for each in REAL[script] if (SAMPLES / each).exists()]
    page = visit(quoting.url, script=script, state=ada)
    page.get_by_role("navigation").get_by_role("link", name="Documents").click()
    expect(page.get_by_role("heading", name="Documents", level=1)).to_be_visible()
    page.get_by_label("Drop files here, or choose them").set_input_files([*real, tmp_path / name, broken])
    page.get_by_role("button", name="Upload").click()

    rows = page.get_by_role("list", name="Documents").get_by_role("listitem")
    row = rows.filter(has_text=name).filter(has_not_text="broken")
    expect(row).to_contain_text(re.compile("Waiting|Reading|Being read|Embedding|passage"))
    expect(row).to_contain_text("Searchable", timeout=120_000)
    for each in real:
        expect(rows.filter(has_text=each.name)).to_contain_text("Searchable", timeout=120_000)
    expect(rows.filter(has_text=broken.name)).to_contain_text("Not taken in", timeout=60_000)
    expect(rows.filter(has_text=broken.name).get_by_role("button", name="Try again").first).to_be_visible()
    if script:
        sight(page, "documents-rows")

    page.goto(quoting.url)
    ask(page, "When does the tidal lock at Quillhaven open?")
    turn = finished(page)
    expect(turn.get_by_role("blockquote").first).to_contain_text("06:40")
    turn.get_by_role("blockquote").first.get_by_role("link").click()
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.locator(":target")).to_contain_text("opens every morning")
    expect(page.get_by_role("heading", name="Quillhaven harbour").first).to_be_visible()
