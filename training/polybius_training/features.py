"""Word features and lemma scripts. The Rust twin is crates/syntax/src/features.rs: change both together."""
from functools import lru_cache

# Rows of each embedding table, in the order the model concatenates them; the norm has two hashes into one table.
TABLES = {"norm": 20000, "prefix": 4000, "suffix3": 6000, "suffix2": 1500, "shape": 1500}


def fnv1a(seed: int, text: str) -> int:
    """32-bit FNV-1a over one seed byte and the UTF-8 bytes of `text`."""
    value = 0x811C9DC5
    for byte in bytes([seed]) + text.encode("utf-8"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def shape(form: str) -> str:
    """Character classes (X upper, x lower, d digit, others as they are), runs cut at four, at most ten long."""
    out: list[str] = []
    for char in form:
        c = "d" if char.isdecimal() else "X" if char.isupper() else "x" if char.isalpha() else char
        if len(out) >= 4 and all(o == c for o in out[-4:]):
            continue
        out.append(c)
        if len(out) == 10:
            break
    return "".join(out)


def straight(form: str) -> str:
    """Typographic quotes, dashes and ellipsis as the ASCII that most of the treebanks use."""
    table = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
    return "".join(table.get(c, c) for c in form).replace("\u2026", "...")


@lru_cache(maxsize=None)
def rows(form: str) -> tuple[int, int, int, int, int, int]:
    """Table rows of a word: norm, norm (second hash), prefix, 3-suffix, 2-suffix, shape."""
    form = straight(form)
    norm = "".join("0" if c.isdecimal() else c for c in form.lower())
    return (
        fnv1a(1, norm) % TABLES["norm"],
        fnv1a(2, norm) % TABLES["norm"],
        fnv1a(3, norm[:3]) % TABLES["prefix"],
        fnv1a(4, norm[-3:]) % TABLES["suffix3"],
        fnv1a(5, norm[-2:]) % TABLES["suffix2"],
        fnv1a(6, shape(form)) % TABLES["shape"],
    )


def lemma_script(form: str, lemma: str) -> str:
    """How to get the lemma: `L` lower-cases first, `K` keeps case; then cut N characters and append the rest."""
    for mark, base in (("L", form.lower()), ("K", form)):
        common = 0
        while common < min(len(base), len(lemma)) and base[common] == lemma[common]:
            common += 1
        script = f"{mark}{len(base) - common}{lemma[common:]}"
        if common or mark == "K":
            return script
        if base != form.lower() or not lemma[:1].isupper():
            return script
    return "K0"
