"""Draw the pictures of the README anew: `python scripts/make_screenshots.py http://127.0.0.1:8000`.

Needs a running demo office (`make run`), the packages of requirements-dev.txt and Chromium. It signs in with the
buttons of the demo, changes nothing that was submitted, and writes docs/screenshots/*.png. Names behind the address
draw these pictures only.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def main(address: str, only: Sequence[str]) -> None:
    """Take every picture, or only some."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"])
        office = Office(browser, address, only)
        office.take("dashboard", _dashboard, role="Coordinator")
        office.take("worklist", _worklist, role="Coordinator")
        office.take("ranking", _ranking, role="Coordinator")
        office.take("voucher", _voucher, role="Auditor")
        office.take("audit-desk", _audit_desk, role="Auditor")
        office.take("audit-sample", _audit_sample, role="Auditor")
        office.take("claim", _claim, role="Cluster manager")
        office.take("verification", _verification, role="Cluster manager")
        office.take("batch", _batch, role="Finance officer")
        office.take("statement", _statement, role="Finance officer")
        office.take("recovery", _recovery, role="Finance officer")
        office.take("advance", _advance, role="Finance officer")
        office.take("pack", _pack, role="Auditor")
        office.take("retention", _retention, role="Coordinator")
        office.take("calls-mobile", _calls, viewport=PHONE)
        office.take("score-sheet", _score_sheet, role="Expert")
        office.take("score-sheet-mobile", _score_sheet, role="Expert", viewport=PHONE)
        office.take("assignment-preview", _assignment_preview, role="Cluster manager")
        office.take("ranking-cut-line", _cut_line, role="Cluster manager")
        office.take("draw", _draw)
        office.take("application", _draft, role="Applicant")
        office.take("form-errors", _form_errors, role="Applicant")
        office.take("sme-graph", _sme_graph, role="Applicant")
        office.take("headroom", _headroom, role="Applicant")
        office.take("two-minute-check", _two_minute_check)
        office.take("calls-french", _calls_in_french)
        browser.close()


class Office:
    """A running demo."""

    def __init__(self, browser: Browser, address: str, only: Sequence[str]) -> None:
        self.browser, self.address, self.only = browser, address, only

    def take(self, name: str, go: Callable[[Page], bool], *, role: str = "", viewport: dict[str, int] = WIDE) -> None:
        """One picture: signed in as the first person of the role whose pages have what `go` looks for."""
        if self.only and name not in self.only:
            return
        for number in range(80):
            context = self.browser.new_context(base_url=self.address, viewport=viewport, reduced_motion="reduce")
            page = context.new_page()
            if role:
                page.goto("/sign-in")
                group = page.locator("details").filter(has=page.locator("summary", has_text=f"{role} ("))
                group.locator("summary").click()
                people = group.locator("tbody tr")
                if number >= people.count():
                    sys.exit(f"No {role} of the demo has a page for {name}.png")
                people.nth(number).get_by_role("button").click()
            if go(page):
                path = PICTURES / f"{name}.png"
                page.screenshot(path=path, animations="disabled", caret="hide")
                Image.open(path).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
                print(f"{name}.png  {path.stat().st_size // 1024} KB  {page.title()}")
                context.close()
                return
            context.close()


def _dashboard(page: Page) -> bool:
    page.goto("/reports/dashboard")
    return _is_of_first_programme(page)


def _worklist(page: Page) -> bool:
    page.goto("/applications/worklist")
    return _is_of_first_programme(page)


def _is_of_first_programme(page: Page) -> bool:
    """Whether the person works for the greatest of the demo's programmes."""
    return "IN2" in page.locator("main").inner_text()


def _calls(page: Page) -> bool:
    return bool(page.goto("/calls"))


def _calls_in_french(page: Page) -> bool:
    return bool(page.goto("/language/fr?next=/calls"))


def _own_organisation(page: Page, part: str) -> None:
    page.goto("/organisations/")
    own = page.locator("main a[href^='/organisations/']").first.get_attribute("href")
    page.goto(f"{own}/{part}")


def _sme_graph(page: Page) -> bool:
    """A company that is not alone."""
    _own_organisation(page, "ownership")
    return page.get_by_text("Example Holding").count() > 0


def _headroom(page: Page) -> bool:
    """A company that has received aid."""
    _own_organisation(page, "aid")
    return page.locator("main svg rect").count() > 1


def _two_minute_check(page: Page) -> bool:
    page.goto("/calls/in2lifesciences/2026-1/may-i-apply")
    page.get_by_label("Where is your company?").select_option("BE-WAL")
    page.get_by_label("Which voucher?").select_option("COL")
    for name, value in {"headcount": "12", "turnover": "1 900 000", "balance_sheet": "800 000"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=group]").select_option("yes")
    page.locator("[name=de_minimis_received]").fill("280 000")
    page.locator("[name=partner_region]").select_option("NL-GE")
    page.get_by_role("button", name="See the answer").click()
    return True


def _ranking(page: Page) -> bool:
    """The region whose ranking shows the most places."""
    page.goto("/applications/worklist")
    if not _is_of_first_programme(page):
        return False
    page.goto("/decisions/")
    longest = max(_addresses(page.locator("main a[href*='/decisions/calls/']")), key=lambda href: _rows_at(page, href))
    return bool(page.goto(longest))


def _rows_at(page: Page, href: str) -> int:
    page.goto(href)
    return page.locator("main tbody tr").count()


def _voucher(page: Page) -> bool:
    page.goto("/applications/worklist?instrument=COL&state=completed")
    return _follow(page, page.locator("main tbody th a"), "/applications/", "/reports/vouchers/", shows="Paid")


def _audit_desk(page: Page) -> bool:
    page.goto("/audits/")
    return page.locator("main .app-kpi").count() > 0


def _audit_sample(page: Page) -> bool:
    page.goto("/audits/")
    sample = page.locator("main a[href^='/audits/samples/']")
    if not sample.count():
        return False
    sample.first.click()
    return page.locator("#units").count() > 0


def _claim(page: Page) -> bool:
    """A claim in two currencies, of which a cost is cut and another one parked."""
    page.goto("/claims/?state=verified")
    return _first(page, page.locator("main tbody th a"), "Parked")


def _verification(page: Page) -> bool:
    """A claim that nobody has verified, where the officer says what is accepted; a cut is typed, not sent."""
    page.goto("/claims/?state=submitted")
    claims = _addresses(page.locator("main tbody th a"))
    if not claims:
        return False
    page.goto(f"{claims[0].rstrip('/')}/verify")
    page.locator("main select[name^=error_]").first.select_option("ineligible")
    page.locator("main [name^=reason_]").first.fill("One day of the two lies outside the agreed work.")
    page.get_by_role("heading", name="What you accept").scroll_into_view_if_needed()
    return True


def _batch(page: Page) -> bool:
    """A batch of which one payment came back."""
    page.goto("/payments/?state=done")
    return _first(page, page.locator("main a[href^='/payments/']"), "Given back by the bank")


def _statement(page: Page) -> bool:
    """A statement with entries that nobody knows."""
    page.goto("/banking/")
    for href in _addresses(page.locator("main tbody a[href*='/statements/']")):
        page.goto(href)
        if page.locator("main tbody").get_by_text("Not matched").count():
            return True
    return False


def _recovery(page: Page) -> bool:
    """One in instalments, of which one is late."""
    page.goto("/recoveries/")
    return _first(page, page.locator("main tbody th a"), "Late", "Set off")


def _advance(page: Page) -> bool:
    """One that a claim has settled in part."""
    page.goto("/advances/")
    return _first(page, page.locator("main tbody th a"), "Settled by claims")


def _pack(page: Page) -> bool:
    """One that is ready."""
    page.goto("/audit-packs/")
    return _first(page, page.locator("main tbody a[href^='/audit-packs/']"), "Download the pack")


def _retention(page: Page) -> bool:
    """A list of what may go, that waits for the second person."""
    page.goto("/retention/")
    lists = page.get_by_role("link", name="Lists of what was deleted")
    if not lists.count():
        return False
    lists.click()
    return _first(page, page.locator("main tbody th a"), "Waits for the second person")


def _follow(page: Page, links: Locator, before: str, after: str, *, shows: str) -> bool:
    """Open the story of the first application of a list whose money shows what is looked for."""
    for reference in links.all_inner_texts():
        page.goto(f"{after}{reference}")
        if re.search(rf"Batch .*{shows}|{shows}", page.locator("main ul, main .app-timeline").first.inner_text()):
            return True
    return False


def _score_sheet(page: Page) -> bool:
    """A sheet that is begun and not handed in, where single marks are explained."""
    page.goto("/evaluation/")
    for href in _addresses(page.locator("main a[href*='/assignments/']")):
        page.goto(f"{href.rstrip('/').removesuffix('/marks')}/marks")
        if page.get_by_role("button", name="Submit the marks").count() and page.get_by_text("Nobody offers it").count():
            page.locator("main form").first.scroll_into_view_if_needed()
            return True
    return False


def _assignment_preview(page: Page) -> bool:
    """A proposal that waits for a manager."""
    page.goto("/decisions/")
    for ranking in _addresses(page.locator("main a[href*='/decisions/calls/']")):
        page.goto(ranking)
        asking = _addresses(page.get_by_role("link", name="Propose who marks what"))
        if asking:
            page.goto(asking[0])
            if _first(page, page.locator("main a[href*='/matching/runs/']"), "Confirm and assign"):
                return True
    return False


def _cut_line(page: Page) -> bool:
    """A region whose ranking is complete, with the line where its money ends."""
    page.goto("/decisions/")
    return _first(page, page.locator("main a[href*='/decisions/calls/']"), "The money ends here", "Plan and partner")


def _first(page: Page, links: Locator, *shows: str) -> bool:
    """Open the first page of a list that shows what is looked for."""
    for href in _addresses(links):
        page.goto(href)
        if all(page.locator("main").get_by_text(one).count() for one in shows):
            return True
    return False


def _addresses(links: Locator) -> list[str]:
    return [links.nth(index).get_attribute("href") or "" for index in range(links.count())]


def _draw(page: Page) -> bool:
    """A draw whose lots are known."""
    page.goto("/draws/")
    return _first(page, page.locator("main a[href^='/draws/']"), "Drawn")


def _draft(page: Page) -> bool:
    """Somebody's draft, with its list of sections."""
    page.goto("/applications")
    for href in _addresses(page.locator("main a[href^='/applications/']")):
        if not re.fullmatch(r"/applications/\d+", href):
            continue
        page.goto(href)
        if page.locator(".govuk-task-list").count():
            return True
    return False


def _form_errors(page: Page) -> bool:
    """A section of a draft, with answers that cannot be."""
    if not _draft(page):
        return False
    page.goto(f"{page.url}/sections/activity")
    page.get_by_label("Day", exact=True).first.fill("31")
    page.get_by_label("Month", exact=True).first.fill("2")
    page.get_by_label("Year", exact=True).first.fill("2027")
    page.get_by_label("How much do you ask for?").fill("plenty")
    page.get_by_role("button", name="Save and continue").click()
    page.locator(".govuk-error-summary").wait_for()
    return True


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or sys.exit("Chromium is needed (Debian: apt-get install chromium).")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000", sys.argv[2:])
