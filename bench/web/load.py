"""Measures a site: load.py http://127.0.0.1:8080 [READERS] [SECONDS]

First each kind of page by itself, 15 times over different addresses; then READERS (200) who each open page after page for SECONDS (60),
with a pause of 1 to 5 seconds to read. Prints the median and the 95th percentile in milliseconds, and every answer that is not 200.
Needs Python 3.9 alone.
"""

import asyncio
import json
import random
import statistics
import sys
import time
import urllib.parse
import urllib.request

BASE = sys.argv[1].rstrip("/")
READERS = int(sys.argv[2]) if len(sys.argv) > 2 else 200
SECONDS = int(sys.argv[3]) if len(sys.argv) > 3 else 60
HOST, PORT = urllib.parse.urlsplit(BASE).hostname, urllib.parse.urlsplit(BASE).port
DICE = random.Random(1)


def api(address):
    return json.load(urllib.request.urlopen(BASE + address))


def pages():
    """Addresses by kind of page, from what the store has."""
    events = []
    for year in range(2014, 2024):
        events += api(f"/api/events?limit=50&until={year}-{DICE.randint(1, 12):02}")["events"]
    events = events or api("/api/events?limit=500")["events"]
    some = lambda values: sorted(set(v for v in values if v))
    countries = some(p["country"] for e in events for p in e["actor"] + e["recipient"])
    people = some(p["id"] for e in events for p in e["actor"])
    dyads = some((e["actor"][0]["country"], e["recipient"][0]["country"]) for e in events if e["actor"] and e["recipient"])
    dyads = [d for d in dyads if d[0] and d[1]]
    days = some(e["date"] for e in events)
    categories = some(e["event"] for e in events)
    quote = lambda text: urllib.parse.quote(text, safe="")
    pick = DICE.choice
    return {
        "overview": ["/"],
        "search, all": ["/search", "/search?order=oldest"],
        "search, actor": [f"/search?actor={c}" for c in countries],
        "search, dyad and category": [f"/search?actor={a}&recipient={b}&event={pick(categories)}" for a, b in dyads],
        "search, month": [f"/search?since={d[:7]}&until={d[:7]}&status=actual" for d in days],
        "search, words": ['/search?q=' + quote('"' + ' '.join(e['sentence'].strip(' ."').split()[-2:]) + '"') for e in events[::7]],
        "article": [f"/article/{e['article']}" for e in events],
        "actor, country": [f"/actor/{c}" for c in countries],
        "actor, person": [f"/actor/{quote(p)}" for p in people],
        "dyad": [f"/dyad/{a}/{b}" for a, b in dyads],
        "data quality": ["/quality"],
        "explain": ["/explain"],
    }


async def get(address):
    start = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection(HOST, PORT)
        writer.write(f"GET {address} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(-1), 60)
        writer.close()
        status = int(answer.split(b" ", 2)[1])
    except (OSError, asyncio.TimeoutError, IndexError) as error:
        status = repr(error)
    return status, (time.monotonic() - start) * 1000


def told(name, times, errors):
    ordered = sorted(times)
    high = ordered[int(len(ordered) * 0.95)] if ordered else 0
    median = statistics.median(ordered) if ordered else 0
    print(f"{name:28} {len(times):6} {median:9.1f} {high:9.1f} {max(times, default=0):9.1f} {len(errors):5}")
    for address, status in errors[:5]:
        print(f"    {status} {address}")


async def main():
    kinds = pages()
    print(f"{'page':28} {'asked':>6} {'median':>9} {'95 %':>9} {'worst':>9} errors")
    for name, addresses in kinds.items():
        times, errors = [], []
        for _ in range(15):
            address = DICE.choice(addresses)
            status, took = await get(address)
            times.append(took)
            if status != 200:
                errors.append((address, status))
        told(name, times, errors)
    end = time.monotonic() + SECONDS
    times, errors = [], []

    async def reader(dice):
        await asyncio.sleep(dice.uniform(0, 3))
        while time.monotonic() < end:
            address = dice.choice(dice.choice(list(kinds.values())))
            status, took = await get(address)
            times.append(took)
            if status != 200:
                errors.append((address, status))
            await asyncio.sleep(dice.uniform(1, 5))

    await asyncio.gather(*(reader(random.Random(i)) for i in range(READERS)))
    told(f"{READERS} readers, {SECONDS} s", times, errors)


asyncio.run(main())
