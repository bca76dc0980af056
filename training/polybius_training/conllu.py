"""Reads CoNLL-U (https://universaldependencies.org/format.html) into plain sentences."""
from dataclasses import dataclass, field
from pathlib import Path

# The part of GUM whose documents are CC BY, CC BY-SA or in the public domain, by genre (see model/MODEL_CARD.md).
GUM_FREE_GENRES = {"academic", "bio", "court", "interview", "news", "speech", "textbook", "vlog", "voyage"}
# Features kept in a token's bundle, in CoNLL-U order; the rest helps no layer above the tree.
KEPT_FEATURES = {"Case", "Degree", "Mood", "Number", "Person", "PronType", "Tense", "VerbForm", "Voice"}


@dataclass
class Sentence:
    """One tree: parallel lists over words; `heads` are 1-based with 0 for the root."""

    forms: list[str] = field(default_factory=list)
    lemmas: list[str] = field(default_factory=list)
    upos: list[str] = field(default_factory=list)
    feats: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    deprels: list[str] = field(default_factory=list)


def bundle(feats: str) -> str:
    """The kept features of a FEATS column, `_` if none is left."""
    kept = [f for f in feats.split("|") if f.split("=")[0] in KEPT_FEATURES]
    return "|".join(kept) or "_"


def read(path: str | Path, genres: set[str] | None = None) -> list[Sentence]:
    """All sentences of a file; with `genres`, only GUM documents whose id names one of them."""
    sentences, current, wanted = [], Sentence(), True
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith("# newdoc id = GUM_") and genres is not None:
            wanted = line.removeprefix("# newdoc id = GUM_").split("_")[0] in genres
        if line.startswith("#"):
            continue
        if not line:
            if current.forms and wanted:
                sentences.append(current)
            current = Sentence()
            continue
        columns = line.split("\t")
        if not columns[0].isdigit():  # multi-word tokens and empty nodes
            continue
        current.forms.append(columns[1])
        current.lemmas.append(columns[2])
        current.upos.append(columns[3])
        current.feats.append(bundle(columns[5]))
        current.heads.append(int(columns[6]))
        current.deprels.append(columns[7])
    return sentences
