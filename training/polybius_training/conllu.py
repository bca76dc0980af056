"""Reads CoNLL-U (https://universaldependencies.org/format.html) into plain sentences."""
import re
from dataclasses import dataclass, field
from pathlib import Path

# The part of GUM whose documents are CC BY, CC BY-SA or in the public domain, by genre (see model/MODEL_CARD.md).
GUM_FREE_GENRES = {"academic", "bio", "court", "interview", "news", "speech", "textbook", "vlog", "voyage"}
# Features kept in a token's bundle, in CoNLL-U order; the rest helps no layer above the tree.
KEPT_FEATURES = {"Case", "Degree", "Mood", "Number", "Person", "PronType", "Tense", "VerbForm", "Voice"}
# Entity types of GUM -> types of names; names of times are left to the time expressions.
NAME_TYPES = {"person": "person", "organization": "organization", "place": "place", "time": None}
# Small words inside names.
NAME_LINKS = {"de", "del", "da", "di", "la", "al", "el", "bin", "van", "von", "der", "-", "–", "&", "/", "."}
NAME_LINKS_OF_BODIES = {"of", "the", "for"}
UNKNOWN = "?"  # a layer that the file does not annotate


@dataclass
class Sentence:
    """One tree: parallel lists over words; `heads` are 1-based with 0 for the root."""

    forms: list[str] = field(default_factory=list)
    lemmas: list[str] = field(default_factory=list)
    upos: list[str] = field(default_factory=list)
    feats: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    deprels: list[str] = field(default_factory=list)
    ner: list[str] = field(default_factory=list)  # B-person, I-person, O ..., or UNKNOWN
    soft: list[dict] = field(default_factory=list)  # a teacher's probabilities: {"head": {3: 0.9}, "deprel": {"obl": 0.8}}
    document: int = 0  # counts the documents of its file


def bundle(feats: str) -> str:
    """The kept features of a FEATS column, `_` if none is left."""
    kept = [f for f in feats.split("|") if f.split("=")[0] in KEPT_FEATURES]
    return "|".join(kept) or "_"


def misc(column: str) -> dict[str, str]:
    """The attributes of a MISC column."""
    return dict(item.split("=", 1) for item in column.split("|") if "=" in item)


def names(sentence: Sentence, entities: list[str]) -> list[str]:
    """Names as B-type, I-type and O from the `Entity` attributes of GUM: a mention whose head is a proper noun, cut down to the
    run of capitalized words around that head (with "de" and the like, hyphens and figures between them; "of", "the" and "for" only
    if it is no person: "Bank of England" is one name, "President of Mexico" two). Longer ones go first, none overlap. The Rust twin
    is crates/syntax/src/names.rs."""
    spans, opened = [], []
    for i, value in enumerate(entities):
        for part in re.findall(r"\([^()]+\)?|[^()]+\)", value):
            if part.startswith("("):
                opened.append((part.strip("()").split("-"), i))
                if part.endswith(")"):
                    fields, start = opened.pop()
                    spans.append((start, i + 1, fields[1]))
            else:
                for k in range(len(opened) - 1, -1, -1):
                    if opened[k][0][0] == part[:-1]:
                        fields, start = opened.pop(k)
                        spans.append((start, i + 1, fields[1]))
                        break
    capital = lambda i: (sentence.upos[i] == "PROPN" or sentence.forms[i][:1].isupper()
                         and sentence.upos[i] in ("ADJ", "NOUN", "VERB", "ADV", "NUM", "X"))
    found = []
    for start, end, kind in spans:
        kind = NAME_TYPES.get(kind, "other")
        outside = [i for i in range(start, end) if not start < sentence.heads[i] <= end]
        head = next((i for i in outside if sentence.upos[i] == "PROPN"), None)
        if kind is None or head is None:
            continue
        links = NAME_LINKS if kind == "person" else NAME_LINKS | NAME_LINKS_OF_BODIES
        link = lambda i: sentence.forms[i].lower() in links or sentence.forms[i].isdecimal()
        first, last = head, head + 1
        while True:
            at = first - 1
            while at > start and link(at):
                at -= 1
            if at < start or not capital(at):
                break
            first = at
        while True:
            at = last
            while at < end - 1 and link(at):
                at += 1
            if at >= end or not (capital(at) or sentence.forms[at].isdecimal() and at == last):
                break
            last = at + 1
        found.append((first, last, kind))
    tags = ["O"] * len(entities)
    for first, last, kind in sorted(found, key=lambda f: (f[0] - f[1], f[0])):
        if all(t == "O" for t in tags[first:last]):
            tags[first:last] = [f"B-{kind}"] + [f"I-{kind}"] * (last - first - 1)
    return tags


def read(path: str | Path, genres: set[str] | None = None) -> list[Sentence]:
    """All sentences of a file; with `genres`, only GUM documents whose id names one of them."""
    text = Path(path).read_text(encoding="utf-8")
    has_entities = "# global.Entity" in text
    sentences, current, entities, wanted, document = [], Sentence(), [], True, 0
    for line in text.splitlines():
        document += line.startswith("# newdoc")
        if line.startswith("# newdoc id = GUM_") and genres is not None:
            wanted = line.removeprefix("# newdoc id = GUM_").split("_")[0] in genres
        if line.startswith("#"):
            continue
        if not line:
            if current.forms and wanted:
                if has_entities:
                    current.ner = names(current, entities)
                current.document = document
                sentences.append(current)
            current, entities = Sentence(), []
            continue
        columns = line.split("\t")
        if not columns[0].isdigit():  # multi-word tokens and empty nodes
            continue
        extra = misc(columns[9])
        current.forms.append(columns[1])
        current.lemmas.append(columns[2])
        current.upos.append(columns[3])
        current.feats.append(bundle(columns[5]))
        current.heads.append(int(columns[6]))
        current.deprels.append(columns[7])
        current.ner.append(extra.get("NE", UNKNOWN))
        entities.append(extra.get("Entity", ""))
        if "Heads" in extra:
            pairs = lambda name: dict(p.rsplit(":", 1) for p in extra[name].split(","))
            current.soft.append({"head": {int(k): float(v) for k, v in pairs("Heads").items()},
                                 "deprel": {k: float(v) for k, v in pairs("Rels").items()}})
    return sentences
