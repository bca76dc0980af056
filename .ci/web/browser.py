"""Drives the site in Chromium: browser.py POLYBIUS STORE FOLDER. Screenshots go to FOLDER."""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from openapi_spec_validator import validate
from playwright.sync_api import sync_playwright

TEXT = "Egypt's foreign minister flew to Ankara on Monday. He will meet Turkish officials.\n\nIt rained in France."
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# what WCAG 2.2 AA asks for, and what axe-core's authors hold to be good practice
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

passed = 0
failed = []


def check(what, fine, seen=""):
    global passed
    if fine:
        passed += 1
    else:
        failed.append(what)
        print(f"FAILED {what} {seen}")


def watch(page, name):
    """What the browser complains of, broken policies included."""
    page.on("console", lambda m: check(f"{name}: console", m.type not in ("error", "warning") or "status of 4" in m.text, m.text))
    page.on("pageerror", lambda e: check(f"{name}: script", False, e))
    return page


def way(page, base, script):
    """From the overview by search and article to an actor, as a reader goes."""
    name = "with JavaScript" if script else "without JavaScript"
    page.goto(base)
    check(f"{name}: overview", page.locator("h1").inner_text() == "Overview")
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Words of the evidence").fill("accused")
    page.get_by_role("button", name="Search").click()
    check(f"{name}: the question is in the address", "q=accused" in page.url, page.url)
    rows = page.locator("table.events tbody tr")
    check(f"{name}: results", rows.count() > 0)
    check(f"{name}: evidence", "accus" in rows.first.inner_text().lower(), rows.first.inner_text())
    page.goto(base + "/search?event=ASSAULT&place=Mogadishu&since=2019-07&until=2019-07")
    page.locator("a[href^='/incident/']").first.click()
    check(f"{name}: incident", "/incident/" in page.url, page.url)
    check(f"{name}: the reports side by side", page.locator(".reports .card").count() == 3)
    check(f"{name}: where they disagree", "killed" in page.locator(".disagree").inner_text())
    page.locator(".reports .card h3 a").first.click()
    check(f"{name}: article", "/article/" in page.url, page.url)
    check(f"{name}: triggers are marked", page.locator(".story a.trigger").count() > 0)
    card = page.locator("[data-card]").first
    if script:
        card.hover()
        check(f"{name}: hovering a card lights its words", page.locator(".story .lit").count() > 0)
        card.locator("h3 a").focus()
        check(f"{name}: focus lights words", page.locator(".story .lit").count() > 0)
    page.locator("[data-card] h3 a").first.click()
    check(f"{name}: the card leads to its words", re.search(r"#t\d+$", page.url) is not None, page.url)
    page.locator(".story a.trigger").first.click()
    check(f"{name}: the words lead to their card", re.search(r"#e\d+$", page.url) is not None, page.url)
    page.locator("[data-card] dd .codes a").first.click()
    check(f"{name}: actor", "/actor/" in page.url, page.url)
    check(f"{name}: counterparts", page.get_by_role("heading", name="Counterparts").count() == 1)
    dyad = page.locator("a[href^='/dyad/']").first
    if dyad.count():
        dyad.click()
        check(f"{name}: dyad", page.locator("svg.chart").count() > 0, page.url)
    page.goto(base + "/explain")
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_label("Day of publication").fill("2024-05-01")
    page.get_by_role("button", name="Explain").click()
    check(f"{name}: explained", page.locator(".told").count() == 2, page.locator("main").inner_text())
    page.locator("details.tree summary").first.click()
    check(f"{name}: the tree is drawn", page.locator("svg.parse").first.is_visible())
    page.goto(base + "/search?q=actorr%3ARUS")
    check(f"{name}: the wrong word is shown", page.locator("mark.wrong").inner_text() == "actorr")
    page.goto(base + "/search?actor=Russia&event=ACCUSE")
    page.get_by_role("link", name="Remove category: ACCUSE").click()
    check(f"{name}: a filter is taken away", "event=" not in page.url and "actor=" in page.url, page.url)


def keyboard(page, base):
    page.goto(base + "/search")
    page.keyboard.press("Tab")
    check("keyboard: first to the content", page.evaluate("document.activeElement.className") == "skip")
    page.keyboard.press("Enter")
    page.locator("#q").focus()
    page.keyboard.type("talks")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=talks**")
    check("keyboard: a question can be sent", True)
    page.locator("#actor").fill("Russ")
    page.locator("#actor-names option[value=RUS]").wait_for(state="attached")
    check("completion offers countries", True)


def addresses(base):
    events = json.load(urllib.request.urlopen(base + "/api/events?limit=1000"))["events"]
    articles = {}
    for event in events:
        articles[event["article"]] = articles.get(event["article"], 0) + 1
    fullest = max(articles, key=lambda a: (articles[a], -a))
    person = next(p["id"] for e in events for p in e["actor"] if p["id"] and "-gov-" in p["id"])
    country = next(e["actor"][0]["country"] for e in events if e["actor"] and e["actor"][0]["country"] and len(e["recipient"]) == 1 and e["recipient"][0]["country"])
    told = [e["incident"] for e in events if e["incident"] and e["publisher"] == "Lake News Agency" and e["event"] == "ASSAULT"]
    return {
        "overview": "/",
        "incident": f"/incident/{told[0]}",
        "overview-empty": "/?since=1800&until=1801",
        "search": "/search",
        "search-more": "/search?event=ACCUSE&event=CONSULT&status=actual",
        "search-wrong": "/search?q=actorr%3ARUS+talks",
        "search-nothing": "/search?q=zyzzyva",
        "article": f"/article/{fullest}",
        "actor-country": f"/actor/{country}",
        "actor-person": f"/actor/{person}",
        "explain": "/explain",
        "quality": "/quality",
        "api": "/api",
        "missing": "/nothing",
    }


def accessible(axe, page, name):
    found = axe.run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    for violation in found:
        nodes = [n["html"][:160] for n in violation["nodes"][:3]]
        check(f"{name}: {violation['id']}", False, f"{violation['help']}: {nodes}")
    check(f"{name}: axe-core", not found)


def main():
    polybius, store, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    server = subprocess.Popen([polybius, "serve", "--store", store, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        base = server.stdout.readline().split()[0]
        validate(json.load(urllib.request.urlopen(base + "/api/openapi.json")))
        check("the description is OpenAPI 3.1", True)
        with sync_playwright() as p:
            # as root, as checks run, Chromium's sandbox cannot be had
            browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for script in (True, False):
                context = browser.new_context(viewport=WIDE, java_script_enabled=script)
                way(watch(context.new_page(), f"script {script}"), base, script)
                context.close()
            context = browser.new_context(viewport=WIDE)
            keyboard(context.new_page(), base)
            context.close()
            axe = Axe()
            pages = addresses(base)
            for look, viewport, scheme in [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("phone", PHONE, "light")]:
                context = browser.new_context(viewport=viewport, color_scheme=scheme)
                page = watch(context.new_page(), look)
                for name, address in pages.items():
                    page.goto(base + address)
                    if name == "explain":
                        page.get_by_label("Text", exact=True).fill(TEXT)
                        page.get_by_role("button", name="Explain").click()
                        page.locator("details.tree summary").first.click()
                    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    check(f"{name} {look}: nothing sticks out", wide <= 0, f"{wide} px")
                    accessible(axe, page, f"{name} {look}")
                    page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
                context.close()
            # 200%: half the room for everything
            context = browser.new_context(viewport={"width": 640, "height": 450}, device_scale_factor=2)
            page = context.new_page()
            for name, address in pages.items():
                page.goto(base + address)
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                check(f"{name} at 200%: nothing sticks out", wide <= 0, f"{wide} px")
            browser.close()
    finally:
        server.terminate()
        server.wait(10)
    print(f"{passed} passed, {len(failed)} failed")
    sys.exit(bool(failed))


main()
