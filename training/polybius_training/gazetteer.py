"""What is known of single words: as which part of which kind of name they occur in our own lists (`training/names`, `training/gazetteer`) and in the
lexicon's actors. The Rust twin is crates/syntax/src/gazetteer.rs, which looks words up in the table that `export.py` writes."""
from functools import lru_cache
from pathlib import Path

from .features import fnv1a, straight

KINDS = ["given", "surname", "place", "place first", "place last", "organization", "organization first", "organization inside",
         "organization last", "other", "other first", "other inside", "other last", "people", "title", "rank"]
SEED = 7  # of the hash of a word
PEOPLE = "people-*.tsv"


@lru_cache(maxsize=None)
def key(form: str) -> int:
    """The number that stands for a word, whatever its case."""
    return fnv1a(SEED, straight(form).lower())


def words(name: str) -> list[str]:
    """The words of a name as the treebanks cut them."""
    for mark in ("-", "/", "–"):
        name = name.replace(mark, f" {mark} ")
    return name.replace("’", "'").replace("'s", " 's").replace(",", " , ").split()


class Gazetteer(dict):
    """Key of a word -> bits, one for each of KINDS."""

    FILES = {"names/person.txt": "person", "names/organization.txt": "organization", "names/place.txt": "place", "names/other.txt": "other",
             "gazetteer/cities.txt": "place", "gazetteer/given.txt": "given", "gazetteer/surname.txt": "surname"}
    ENDS = {"organization": "organization last", "place": "place last", "other": "other last"}

    def __init__(self, lists: Path, actors: Path):
        """`lists`: the folder `training`."""
        super().__init__()
        for file, kind in self.FILES.items():
            for line in (lists / file).read_text(encoding="utf-8").splitlines():
                if not line.startswith("#"):
                    self.add(kind, line)
        for line in (lists / "gazetteer/ends.tsv").read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                kind, ends = line.split("\t")
                for word in ends.split("|"):
                    self.mark(word, self.ENDS.get(kind, kind))
        column = lambda path, *columns: [
            name for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
            for c in columns for name in line.split("\t")[c].split("|") if name]
        for path in sorted(actors.glob(PEOPLE)):
            for name in column(path, 0, 1):
                self.add("person", name)
        for path in sorted(actors.glob("groups/*.tsv")):
            for name in column(path, 0, 1):
                self.add("organization", name)
        countries = actors / "countries.tsv"
        for name in column(countries, 2, 3, 5, 7):
            self.add("place", name)
        for name in column(countries, 4):
            self.add("people", name)

    def mark(self, word: str, kind: str):
        if len(word) > 1 and word[0].isalpha():
            self[key(word)] = self.get(key(word), 0) | 1 << KINDS.index(kind)

    def add(self, kind: str, name: str):
        parts = [w for w in words(name) if w[:1].isupper()]
        if not parts:
            return
        if kind == "person":
            self.mark(parts[0], "given")
            for word in parts[1:] or parts:
                self.mark(word, "surname")
        elif kind in ("place", "organization", "other"):
            if len(parts) == 1:
                self.mark(parts[0], kind)
            else:
                self.mark(parts[0], f"{kind} first")
                self.mark(parts[-1], f"{kind} last")
                for word in parts[1:-1] if kind != "place" else []:
                    self.mark(word, f"{kind} inside")
        else:
            for word in parts:
                self.mark(word, kind)

    def bits(self, form: str) -> int:
        """Nothing is known of a word without a capital."""
        return self.get(key(form), 0) if form[:1].isupper() else 0
