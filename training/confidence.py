#!/usr/bin/env python3
"""Fit and check the confidence of an event: the chance that it is there and of its category.

usage: confidence.py POLYBIUS FIT_GOLD.jsonl CHECK_GOLD.jsonl

Codes both gold files with the binary POLYBIUS, pairs its events with the gold ones on category as `polybius eval` does, fits a logistic
model on the first and prints its weights as the table of `crates/coder/src/confidence.rs`, then the reliability of the confidences that
POLYBIUS wrote for the second, and the precision and recall that thresholds leave: build with the new weights and run it again to see
theirs. Standard library only; deterministic.
"""
import json
import math
import subprocess
import sys
import tomllib
from pathlib import Path

EPOCHS, RATE, DECAY = 3000, 0.5, 0.01
WINDOW = 60  # code points between triggers that may still mark the same event
LENGTH = 80  # code points a step of the length of a sentence
ROOT = Path(__file__).parent.parent
NOUNS = {(frame["id"], noun) for path in sorted((ROOT / "lexicon/events").glob("*.toml"))
         for frame in tomllib.loads(path.read_text("utf-8"))["frame"] for noun in frame.get("nouns", ())}


def code(binary, path):
    lines = subprocess.run([binary, "code", "--force", "--format", "jsonl", path], capture_output=True, text=True, check=True)
    return {a["id"]: a["events"] for a in map(json.loads, lines.stdout.splitlines())}


def known(side):
    return any(e["country"] or e["sector"] for e in side)


def features(event, count):
    """What the confidence rests on; the same names as in confidence.rs. `count` is the number of events in the article."""
    frame, predicate = event["rule"].split(":", 1)
    yield "bias"
    if event["mode"]:
        yield "mode"
    if (frame, predicate) in NOUNS:
        yield "noun"
    yield f"words {min(len(predicate.split()), 3)}"
    yield f"actor {'known' if known(event['actor']) else 'unknown' if event['actor'] else 'none'}"
    yield f"recipient {'known' if known(event['recipient']) else 'unknown' if event['recipient'] else 'none'}"
    yield from event["auxiliary"]
    if event["attribution"]:
        yield "attributed"
    yield f"events {min(count, 3)}"
    yield f"sentence {min((event['sentence']['end'] - event['sentence']['start']) // LENGTH, 3)}"


def pair(gold, coded):
    """Indices of the coded events that have a gold event of their category (augmenting paths)."""
    def near(g, p):
        return max(g["start"], p["start"]) - min(g["end"], p["end"]) <= WINDOW

    edges = [[j for j, p in enumerate(coded) if p["event"] == g["event"] and near(g["trigger"], p["trigger"])] for g in gold]
    taken = {}

    def place(i, seen):
        for j in edges[i]:
            if j not in seen:
                seen.add(j)
                if j not in taken or place(taken[j], seen):
                    taken[j] = i
                    return True
        return False

    for i in range(len(gold)):
        place(i, set())
    return set(taken)


def rows(binary, path):
    """(features, is it right, the confidence it was written with) for each coded event."""
    gold = {a["id"]: a["events"] for a in map(json.loads, Path(path).read_text("utf-8").splitlines())}
    for key, coded in code(binary, path).items():
        right = pair(gold[key], coded)
        for j, event in enumerate(coded):
            yield list(features(event, len(coded))), j in right, event["confidence"]


def fit(data):
    weights = {name: 0.0 for names, _, _ in data for name in names}
    for _ in range(EPOCHS):
        slope = {name: -DECAY * w * (name != "bias") for name, w in weights.items()}
        for names, right, _ in data:
            error = (right - 1 / (1 + math.exp(-sum(weights[n] for n in names)))) / len(data)
            for name in names:
                slope[name] += error
        for name in weights:
            weights[name] += RATE * slope[name]
    return weights


def reliability(data):
    """Prints the table; returns the expected calibration error over ten bins."""
    bins = [[] for _ in range(10)]
    for _, right, confidence in data:
        bins[min(int(confidence * 10), 9)].append((confidence, right))
    error = 0.0
    print("| confidence | events | mean confidence | right |\n| --- | --- | --- | --- |")
    for i, entries in enumerate(bins):
        if entries:
            mean, share = (sum(e[k] for e in entries) / len(entries) for k in (0, 1))
            error += len(entries) / len(data) * abs(mean - share)
            print(f"| {i / 10:.1f} to {(i + 1) / 10:.1f} | {len(entries)} | {mean:.2f} | {share:.2f} |")
    return error


def thresholds(data, gold):
    """Prints precision and recall of the events of at least a confidence; `gold` is the number of gold events."""
    print("| least confidence | events | precision | recall |\n| --- | --- | --- | --- |")
    for least in (0.0, 0.7, 0.75, 0.8, 0.85):
        kept = [right for _, right, confidence in data if confidence >= least]
        if kept:
            print(f"| {least:.2f} | {len(kept)} | {sum(kept) / len(kept):.3f} | {sum(kept) / gold:.3f} |")


def main():
    binary, fit_gold, check_gold = sys.argv[1:]
    weights = fit(list(rows(binary, fit_gold)))
    for name in sorted(weights):
        print(f'    ("{name}", {weights[name]:.2f}),')
    check = list(rows(binary, check_gold))
    fitted = [(n, r, 1 / (1 + math.exp(-sum(weights.get(x, 0.0) for x in n)))) for n, r, _ in check]
    print(f"\nwith these weights, on {check_gold}:")
    print(f"expected calibration error {reliability(fitted):.3f}")
    print("\nas POLYBIUS wrote them:")
    print(f"expected calibration error {reliability(check):.3f}")
    gold = sum(len(json.loads(line)["events"]) for line in Path(check_gold).read_text("utf-8").splitlines())
    thresholds(check, gold)


if __name__ == "__main__":
    main()
