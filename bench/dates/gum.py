"""Polybius's dates against those annotated in UD English GUM, exact value by exact value.

    cargo build --release
    python bench/dates/gum.py GUM/train.conllu GUM/dev.conllu [--genre news] [--errors]

GUM marks dated expressions by TEI's `date` and `time` in the column MISC (`when`, `from` and `to`, `notBefore` and `notAfter`). A document's
`meta::dateCreated` serves as its day of publication. A gold expression is right if the expression of ours that overlaps it most has exactly its
first and last day, open ends included, or its time of day (and its day, where both tell it); where GUM marks one end of an interval of ours, that end counts. GUM does not mark every time expression, so that there is no precision to be had.
"a few months ago" (TIMEX3's PAST_REF) is any time up to the day of publication, as where GUM writes `notAfter` that day; FUTURE_REF is its mirror.
An interval from 1 January to 1 January of a later year, as GUM writes some decades and centuries, takes in that last year.

The same time written otherwise is right, too, unless `--strict`; how many are right only so is printed by kind:
- part: "the late 1950s", "year end". TIMEX3 writes the whole with the modifier START, MID or END, GUM guesses at days. Right if GUM's stretch lies in ours, no
  longer than two thirds of it, and begins with it (START), ends with it (END) or takes in its middle (MID).
- season: we write June to August, GUM in places June to September, the months in which the astronomers' summer begins and ends, or its days.
- unit: "three weeks ago", "two years later". TIMEX3 writes the unit that the words count in (a week, a month, a year), GUM in places the very day of what
  happened then. Right if ours is that unit and GUM's date lies in it.
- ends: "the past three years". TIMEX3's ends are as coarse as the unit (2020 to 2023), GUM's are days (29 February 2020 to 28 February 2023). Right if GUM's ends
  lie in the years (months) that we name as ends.
- so far: "this week". We write the week, GUM in places only its days up to that of publication.
- past: "a few months ago". GUM's `notAfter` the month or the year of publication instead of its day.
- nested: "this year" within our "March 11 this year". Right if our whole lies in what GUM says of the words within.

Not counted, unless `--all`, by the gold alone and never by what is found: dates without a year (`--04`); expressions that hang on knowledge of
the world (without a word of time in them, or days and years that are named by what they were to somebody and by nothing of the calendar, nor by their
distance: "the opening night", "his senior year", "my day"); mere durations (a number and a unit) and ages ("her 80s") that GUM dates by the life of a person: a time
expression says how long or how old, not when; and dates that contradict their own words ("1958" as 1985, "October" as August, "17 March" as the 7th, "this
weekend" as a Monday, "today" as a week or more after the day of publication)."""
import argparse
import calendar
import json
import re
import subprocess
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
TIME_WORD = re.compile(
    r"\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tonight|yesterday|tomorrow|\b(?:" + "|".join(MONTHS) + r")[a-z]*\b"
    r"|\b(?:days?|weeks?|months?|years?|decades?|centur(?:y|ies)|hours?|minutes?|mornings?|evenings?|nights?|afternoons?|weekends?|noon|midnight"
    r"|spring|summer|autumn|winter|christmas|easter|halloween|eve)\b", re.I)


DURATION = re.compile(
    r"(?:(?:for|about|almost|nearly|close to) )*(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|many|[\d.,/ ]+)"
    r"[- ](?:days?|weeks?|months?|years?|decades?|hours?)", re.I)
AGE = re.compile(r"(?:my|his|her|their|your|our) (?:early |mid-?|late )?\d0s", re.I)
UNIT_NOUN = re.compile(r"\b(?:days?|weeks?|months?|years?|nights?|hours?)\b", re.I)
PLACED = re.compile(
    r"\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:" + "|".join(MONTHS) + r")[a-z]*\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|[a-z]*teen|twenty|thirty|forty|fifty|hundred|thousand|million|few|several|couple|half|today|tonight|yesterday|tomorrow|ago|later|earlier|before|after|last"
    r"|next|this|that|these|those|past|previous|following|followed|coming|recent|same|ahead|now|current|every|each|spring|summer|autumn|winter|new year|christmas"
    r"|halloween|eve|early|late|mid|ends?|beginning|start|decades?|century|centuries)\b", re.I)
COUNTED = re.compile(r"\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+ty|\w+teen|half|\d+) (week|month|year)s? (?:ago|later|earlier|before|after)\b", re.I)


def documents(path):
    """Yields id, date, genre, text and gold expressions as (start, end, tag, attributes) of each document."""
    doc = None
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = block.splitlines()
        for line in lines:
            if line.startswith("# newdoc"):
                if doc:
                    yield doc
                doc = {"id": line.split("=")[1].strip(), "date": None, "genre": "", "text": "", "gold": []}
                opened = []
            elif line.startswith("# meta::dateCreated"):
                doc["date"] = line.split("=")[1].strip()
            elif line.startswith("# meta::genre"):
                doc["genre"] = line.split("=")[1].strip()
        if not doc:
            continue
        if doc["text"]:
            doc["text"] += "\n" if any(line.startswith("# newpar") for line in lines) else " "
        inside = 0  # words of a multi-word token that are still to come
        for row in (line.split("\t") for line in lines if line[:1].isdigit()):
            if "." in row[0]:
                continue
            start = len(doc["text"])
            if "-" in row[0]:
                first, last = map(int, row[0].split("-"))
                inside, span = last - first + 1, (start, start + len(row[1]))
                doc["text"] += row[1] + ("" if "SpaceAfter=No" in row[9] else " ")
                continue
            if inside:
                inside -= 1
            else:
                span = (start, start + len(row[1]))
                doc["text"] += row[1] + ("" if "SpaceAfter=No" in row[9] else " ")
            xml = re.search(r"(?:^|\|)XML=([^|]*)", row[9])
            tags = re.findall(r"<([^>]*)>", xml[1]) if xml else []
            for tag in tags:
                if not tag.startswith("/"):
                    opened.append([tag.split()[0], dict(re.findall(r'(\w+):::"([^"]*)"', tag)), span[0]])
            for tag in tags:
                at = next((k for k in reversed(range(len(opened))) if tag == "/" + opened[k][0]), None)
                if at is not None:
                    name, attributes, begin = opened.pop(at)
                    if name in ("date", "time"):
                        doc["gold"].append((begin, span[1], name, attributes))
        doc["text"] = doc["text"].rstrip(" ")
    if doc:
        yield doc


def days(value):
    """First and last day of a TIMEX3 or TEI value; None where it is no stretch of days."""
    value = re.sub(r"-(\d)(?!\d)", r"-0\1", re.sub(r"T.*", "", value))
    if m := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value):
        try:
            return date.fromisoformat(value), date.fromisoformat(value)
        except ValueError:
            return None
    if m := re.fullmatch(r"(\d{4})-(\d\d)", value):
        y, m = int(m[1]), int(m[2])
        return (date(y, m, 1), date(y, m, calendar.monthrange(y, m)[1])) if 1 <= m <= 12 and y else None
    if m := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value):
        monday = date.fromisocalendar(int(m[1]), int(m[2]), 1)
        return monday + timedelta(5 if m[3] else 0), monday + timedelta(6)
    if m := re.fullmatch(r"(\d{4})-(Q|H)(\d)", value):
        long, k = (3, int(m[3])) if m[2] == "Q" else (6, int(m[3]))
        return days(f"{m[1]}-{long * (k - 1) + 1:02}")[0], days(f"{m[1]}-{long * k:02}")[1]
    if m := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI)", value):
        first = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[m[2]]
        y = int(m[1])
        return date(y, first, 1), days(f"{y}-{first + 2:02}" if first < 12 else f"{y + 1}-02")[1]
    if m := re.fullmatch(r"(\d{1,4})(X{0,2})", value):
        if len(m[1]) + len(m[2]) != 4 or not int(m[1]):
            return None
        return date(int(m[1] + "0" * len(m[2])), 1, 1), date(int(m[1] + "9" * len(m[2])), 12, 31)
    return None


def stretch(value, published):
    """First and last day of one of our values; None inside for an open end."""
    if value in ("PAST_REF", "FUTURE_REF") and published:
        return (None, published) if value == "PAST_REF" else (published, None)
    if "/" in value:
        ends = value.split("/")
        first, last = (days(e) for e in ends)
        return (first and first[0], last and last[1]) if first or last else None
    return days(value)


def gold_stretch(a):
    first = days(a.get("when") or a.get("from") or a.get("notBefore") or "")
    last = days(a.get("when") or a.get("to") or a.get("notAfter") or "")
    if first and last and (first[0].month, first[0].day) == (1, 1) == (last[1].month, last[1].day) and first[0] < last[1]:
        last = days(f"{last[1].year:04}")
    return (first and first[0], last and last[1])


def contradicts(words, a, published):
    """Do the words name another year, month, day or weekday than the one date of the gold, or call "today" what is still to come?"""
    first, last = gold_stretch(a)
    if not first or not last:
        return False
    written = re.fullmatch(r"(?:.*\D)?(1\d{3}|20\d\d)", words)
    if a.get("when") and written and not first.year <= int(written[1]) <= last.year:
        return True
    if a.get("when") and (month := re.fullmatch(r"(?:on |in |by )?(\d{1,2}(?= ))? ?([a-z]{3})[a-z]*\.? ?(\d{1,2}(?!\d))?(?:,? ?\d{4})?", words, re.I)):
        if month[2].lower() in MONTHS and first.month == last.month:
            day = int(month[1] or month[3] or 0)
            return first.month != MONTHS.index(month[2].lower()) + 1 or day and first == last and first.day != day
    if (weekday := re.fullmatch(r"(?:\w+ )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*day", words, re.I)) and first == last:
        return first.strftime("%a").lower() != weekday[1].lower()
    if re.fullmatch(r"(?:\w+ )?weekend", words, re.I):
        return not any((first + timedelta(k)).weekday() == 5 for k in range((last - first).days + 1))
    return bool(re.fullmatch("today|tonight|now", words, re.I) and published and first > published[0] + timedelta(7))


def clock(value):
    m = re.search(r"(?:T|^)(\d\d:\d\d)", value)
    return m and m[1]


def part_of(ours, gold, modifier):
    """Is GUM's stretch the part of ours that the modifier names?"""
    if not (all(ours) and all(gold) and ours[0] <= gold[0] <= gold[1] <= ours[1]):
        return False
    long = (ours[1] - ours[0]).days + 1
    middle = ours[0] + timedelta(long // 2)
    near = {"START": gold[0] == ours[0], "MID": gold[0] <= middle <= gold[1], "END": gold[1] == ours[1]}
    return (gold[1] - gold[0]).days + 1 <= long * 2 / 3 + 1 and near.get(modifier, False)


def same(value, modifier, gold, words, part, published):
    """The kind of other writing (see above) by which our value is what GUM says; None if it is not the same."""
    if value == "PAST_REF" and published and gold[0] is None and gold[1] in (days(f"{published:%Y-%m}")[1], days(f"{published:%Y}")[1]):
        return "past"
    if "_REF" in value or not all(gold):
        return None
    ours = stretch(value, None)
    if not ours or not all(ours):
        return None
    within = ours[0] <= gold[0] and gold[1] <= ours[1]
    if modifier and part_of(ours, gold, modifier):
        return "part"
    if re.fullmatch(r"\d{4}-(SP|SU|FA|WI)", value):
        months = gold[0] == ours[0] and gold[1] == days(f"{ours[1] + timedelta(1):%Y-%m}")[1]
        astronomical = all(17 <= (g - o).days <= 24 for g, o in zip(gold, ours))
        if months or astronomical:
            return "season"
    if re.fullmatch("this (week|month|year)", words, re.I) and gold == (ours[0], published) and ours[0] <= published <= ours[1]:
        return "so far"
    if part and gold[0] <= ours[0] and ours[1] <= gold[1] and "/" not in value:
        return "nested"
    shape = {"week": r"\d{4}-W\d\d", "month": r"\d{4}-\d\d", "year": r"\d{4}"}
    if (unit := COUNTED.search(words)) and re.fullmatch(shape[unit[1].lower()], value) and within:
        return "unit"
    if "/" in value and re.search(r"\b(?:year|month)s?\b", words, re.I):
        first, last = (days(end) for end in value.split("/"))
        if first[0] <= gold[0] <= first[1] and last[0] <= gold[1] <= last[1]:
            return "ends"
    return None


def right(tag, attributes, found, words, part, published):
    """How our expression is right: "exact", or by one of the other writings; None if it is wrong. `part`: GUM marks fewer words than we did, perhaps one end
    of an interval of ours ("1947" of "from 1947 to 1960")."""
    value = found["value"]
    if not value:
        return None
    if tag == "time" and clock(attributes.get("when", "")):
        same_day = days(value) is None or days(attributes["when"]) is None or days(value) == days(attributes["when"])
        return "exact" if same_day and clock(value) is not None and clock(value).replace("24:", "00:") == clock(attributes["when"]) else None
    ours = [stretch(value, published)] + [days(end) for end in value.split("/") if part and "/" in value]
    gold = gold_stretch(attributes)
    if gold in [o for o in ours if o]:
        return "exact"
    values = [value] + [end for end in value.split("/") if part and "/" in value]
    return next((kind for v in values if (kind := same(v, found.get("mod"), gold, words, part, published))), None)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("conllu", nargs="+", type=Path)
    args.add_argument("--binary", default="target/release/polybius")
    args.add_argument("--genre", help="only documents of this genre")
    args.add_argument("--half", choices=["odd", "even"], help="only every other document, in the order of their names")
    args.add_argument("--errors", action="store_true", help="show each miss")
    args.add_argument("--strict", action="store_true", help="the same time written otherwise is wrong")
    args.add_argument("--all", action="store_true", help="count what the scorer leaves out, too")
    args = args.parse_args()
    docs = [d for path in args.conllu for d in documents(path) if not args.genre or d["genre"] == args.genre]
    if args.half:
        docs = sorted(docs, key=lambda d: d["id"])[args.half == "even"::2]
    lines = "".join(json.dumps({"id": d["id"], "date": d["date"], "text": d["text"]}) + "\n" for d in docs)
    command = [args.binary, "code", "-", "--force", "--format", "jsonl", "--with", "text,dates"]
    out = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout
    coded = {r["id"]: r for r in map(json.loads, out.splitlines())}
    score, by_genre = Counter(), {}
    for d in docs:
        ours = coded.get(d["id"], {"text": d["text"], "dates": []})
        published = days(d["date"] or "")
        assert ours["text"] == d["text"], d["id"]
        for start, end, tag, attributes in d["gold"]:
            words = d["text"][start:end]
            known = TIME_WORD.search(words) and (tag == "time" or any(gold_stretch(attributes)))
            vague = DURATION.fullmatch(words.strip()) or AGE.fullmatch(words) or UNIT_NOUN.search(words) and not PLACED.search(words) or contradicts(words, attributes, published)
            if not args.all and (not known or tag == "date" and vague):
                score["left out"] += 1
                continue
            over = [(min(end, t["end"]) - max(start, t["start"]), t) for t in ours["dates"] if t["start"] < end and start < t["end"]]
            best = max(over, key=lambda o: o[0])[1] if over else None
            how = best and right(tag, attributes, best, words, end - start < best["end"] - best["start"], published and published[0])
            if how != "exact" and args.strict:
                how = None
            kind = "missed" if best is None else "right" if how else "wrong"
            score[how] += 1
            score[kind] += 1
            by_genre.setdefault(d["genre"], Counter())[kind] += 1
            if args.errors and kind != "right":
                around = d["text"][max(0, start - 60):end + 40].replace("\n", " ")
                print(kind, d["id"], d["date"], f"[{words}]", attributes, best and (best["text"], best["value"], best.get("mod")), around, sep=" | ")
    for genre, s in sorted(by_genre.items()) + [("all", score)]:
        count = s["right"] + s["wrong"] + s["missed"]
        print(f"{genre:13} {count:5} expressions  found {(count - s['missed']) / count:.3f}  exact {s['right'] / count:.3f}")
    print(f"left out: {score['left out']}")
    print("right as the same time written otherwise:", ", ".join(f"{k} {score[k]}" for k in ("part", "season", "unit", "ends", "so far", "past", "nested")))


main()
