"""Counts hostile acts by who did them to whom, and shows the sentence of each.

Run it in the project's folder: python python/examples/conflict_by_dyad.py
"""

from collections import Counter

import polybius


def dyads(event: polybius.Event) -> list[tuple[str, str]]:
    """The countries on both sides."""
    actors = {p.country for p in event.actor if p.country}
    recipients = {p.country for p in event.recipient if p.country}
    return [(a, r) for a in sorted(actors) for r in sorted(recipients) if a != r]


def main() -> None:
    coder = polybius.Coder()
    counts: Counter[tuple[str, str]] = Counter()
    for article in coder.code_files("samples"):
        for event in article.events:
            if event.quad.endswith("conflict") and not event.auxiliary:
                counts.update(dyads(event))
                print(f"{event.date}  {event.event}  {article.text[event.sentence.start : event.sentence.end]}")
    for (actor, recipient), count in counts.most_common():
        print(f"{actor} -> {recipient}: {count}")


if __name__ == "__main__":
    main()
