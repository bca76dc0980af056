"""python -m polybius_training.train UD_FOLDER OUT.pt [--epochs N] [--silver FILE]: trains the syntax model. UD_FOLDER holds ewt/ and gum/
with train.conllu and dev.conllu."""
import argparse
import copy
import random
import time
from collections import Counter
from pathlib import Path

import torch
from torch.nn import functional as F

from . import conllu
from .features import lemma_script
from .model import DEVICE, Model

IGNORED = -100
LAYERS = ("upos", "feats", "lemma", "ner", "deprel")  # of labels; the heads come beside them
WEIGHTS = {"head": 1.0, "deprel": 1.0, "upos": 0.5, "feats": 0.3, "lemma": 0.3, "ner": 0.5}


def labels(sentences):
    """The label inventories: lemma scripts and feature bundles seen once are left out."""
    count = {name: Counter() for name in LAYERS}
    for s in sentences:
        for name, values in layers(s).items():
            count[name].update(values)
    least = {"feats": 2, "lemma": 3}
    return {n: sorted(k for k, v in c.items() if v >= least.get(n, 1) and k != conllu.UNKNOWN) for n, c in count.items()}


def layers(s: conllu.Sentence) -> dict[str, list[str]]:
    """The labels of every layer but the heads."""
    return {"upos": s.upos, "feats": s.feats, "ner": s.ner, "deprel": s.deprels,
            "lemma": [lemma_script(f, l) for f, l in zip(s.forms, s.lemmas)]}


def noisy(s: conllu.Sentence, dice: random.Random) -> conllu.Sentence:
    """Now and then a sentence as headlines and wires write it: other case, no final stop."""
    p = dice.random()
    if p > 0.14:
        return s
    s = copy.copy(s)
    if p < 0.02:
        s.forms = [f.lower() for f in s.forms]
    elif p < 0.04:
        s.forms = [f.upper() for f in s.forms]
    elif p < 0.06:
        s.forms = [f[:1].upper() + f[1:] for f in s.forms]
    elif len(s.forms) > 3 and s.upos[-1] == "PUNCT" and len(s.forms) not in s.heads:
        for name in ("forms", "lemmas", "upos", "feats", "heads", "deprels", "ner", "soft"):
            setattr(s, name, getattr(s, name)[:-1])
    return s


class NameSwap:
    """Puts other names of the same kind and build ("X of X") in the place of a sentence's names, so that the model learns many more names
    than the treebanks hold: those of our own lists (`training/names/KIND.txt`, a name a line) and of the lexicon's actors."""

    LEXICON = {"people-*.tsv": ("person", [0]), "groups/*.tsv": ("organization", [0, 1]), "countries.tsv": ("place", [2, 5, 7])}

    def __init__(self, lists: Path, actors: Path):
        self.names = {}
        for path in sorted(lists.glob("*.txt")):
            for line in path.read_text(encoding="utf-8").splitlines():
                self.add(path.stem, line)
        for pattern, (kind, columns) in self.LEXICON.items():
            for path in sorted(actors.glob(pattern)):
                for line in path.read_text(encoding="utf-8").splitlines():
                    fields = line.split("\t")
                    for column in columns if not line.startswith("#") else []:
                        for name in fields[column].split("|"):
                            self.add(kind, name)

    def add(self, kind, name):
        forms = name.replace("-", " - ").replace("'s", " 's").split()
        if forms and "," not in name:
            self.names.setdefault((kind, self.build(forms)), []).append(forms)

    @staticmethod
    def build(forms):
        return tuple("X" if f[:1].isupper() else f.lower() for f in forms)

    def __call__(self, s: conllu.Sentence, dice: random.Random, share: float) -> conllu.Sentence:
        if dice.random() >= share or conllu.UNKNOWN in s.ner or all(t == "O" for t in s.ner):
            return s
        s = copy.copy(s)
        s.forms, s.lemmas = list(s.forms), list(s.lemmas)
        for start, end, kind in name_spans(s.ner):
            others = self.names.get((kind, self.build(s.forms[start:end])))
            if others:
                s.forms[start:end] = s.lemmas[start:end] = dice.choice(others)
        return s


def batches(sentences, tokens, shuffle):
    """Sentences of like length in batches of about `tokens` words."""
    order = sorted(range(len(sentences)), key=lambda i: (len(sentences[i].forms), random.random()))
    out, current, longest = [], [], 0
    for i in order:
        longest = max(longest, len(sentences[i].forms))
        if current and longest * (len(current) + 1) > tokens:
            out.append(current)
            current, longest = [], len(sentences[i].forms)
        current.append(i)
    out.append(current)
    if shuffle:
        random.shuffle(out)
    return [[sentences[i] for i in b] for b in out]


def tensors(batch, index, encoder):
    """Table rows, mask, hard labels of every layer, and the sentences' soft labels (probabilities over heads and relations)."""
    longest = max(len(s.forms) for s in batch)
    size = (len(batch), longest)
    x, mask = torch.zeros(*size, encoder.ROWS, dtype=torch.long), torch.zeros(size, dtype=torch.bool)
    y = {n: torch.full(size, IGNORED) for n in ("head", *LAYERS)}
    soft = {"head": torch.zeros(*size, longest + 1), "deprel": torch.zeros(*size, len(index["deprel"]))}
    at = {name: [] for name in soft}  # (sentence, word, label, probability)
    for b, s in enumerate(batch):
        n = len(s.forms)
        x[b, :n] = torch.tensor([encoder.rows(f) for f in s.forms])
        mask[b, :n] = True
        for name, values in layers(s).items():
            y[name][b, :n] = torch.tensor([index[name].get(v, IGNORED) for v in values])
        y["head"][b, :n] = torch.tensor(s.heads)
        for i, probabilities in enumerate(s.soft):
            at["head"] += [(b, i, h, p) for h, p in probabilities["head"].items() if h <= n]
            at["deprel"] += [(b, i, index["deprel"][r], p) for r, p in probabilities["deprel"].items() if r in index["deprel"]]
    for name, entries in at.items():
        if entries:
            *where, p = zip(*entries)
            soft[name][tuple(torch.tensor(w) for w in where)] = torch.tensor(p)
    on = lambda tensors: {name: t.to(DEVICE) for name, t in tensors.items()}
    return x.to(DEVICE), mask.to(DEVICE), on(y), on(soft)


def loss(model, batch, index):
    """Cross entropy with the gold labels, or with a teacher's probabilities where the sentence carries them."""
    x, mask, y, soft = tensors(batch, index, model.encoder)
    with torch.autocast(DEVICE.type, torch.bfloat16):
        scores = model(x, mask, y["head"].clamp(min=0), word_dropout=0.15)
    total = 0.0
    for name, weight in WEIGHTS.items():
        logits, gold = scores[name].float().flatten(0, 1), y[name].flatten()
        if name in soft:
            target = soft[name].flatten(0, 1)
            taught = target.sum(-1) > 0
            hard = F.cross_entropy(logits, gold.masked_fill(taught, IGNORED), ignore_index=IGNORED, reduction="sum")
            if taught.any():
                target = target[taught]
                hard = hard - ((target / target.sum(-1, keepdim=True)) * logits[taught].log_softmax(-1)).sum()
            total = total + weight * hard / mask.sum()
        else:
            total = total + weight * F.cross_entropy(logits, gold, ignore_index=IGNORED, reduction="sum") / mask.sum()
    return total


@torch.no_grad()
def evaluate(model, sentences, index):
    """Accuracies on gold tokens, heads by greedy choice (the Rust decoder makes a tree of them)."""
    model.eval()
    hits, words = Counter(), 0
    main = [d.split(":")[0] for d in index["deprel"]]
    main = torch.tensor([main.index(m) for m in main], device=DEVICE)
    for batch in batches(sentences, 4000, False):
        x, mask, y, _ = tensors(batch, index, model.encoder)
        encoded = model.encoder(x, mask)
        arcs, heads = model.arcs(encoded, mask)
        head = arcs.argmax(-1)
        rel = model.relations(encoded, heads, head).argmax(-1)
        right = (head == y["head"]) & mask
        words += int(mask.sum())
        hits["UAS"] += int(right.sum())
        hits["LAS"] += int((right & (main[rel] == main[y["deprel"].clamp(min=0)])).sum())
        for name in ("upos", "feats", "lemma"):
            hits[name] += int(((model.tags[name](encoded).argmax(-1) == y[name]) & mask).sum())
        guess = model.tags["ner"](encoded).softmax(-1)
        upos = model.tags["upos"](encoded).argmax(-1)
        for b, s in enumerate(batch):
            if conllu.UNKNOWN not in s.ner:
                n = len(s.forms)
                gold = name_spans(s.ner)
                found = joined_names(guess[b, :n].tolist(), list(index["ner"]), head[b, :n].tolist(),
                                     [list(index["upos"])[k] for k in upos[b, :n].tolist()])
                hits["names"] += len(gold) + len(found)
                hits["right names"] += 2 * len(gold & found)
    result = {k: round(100 * hits[k] / words, 2) for k in ("upos", "feats", "lemma", "UAS", "LAS")}
    return result | ({"names": round(100 * hits["right names"] / hits["names"], 2)} if hits["names"] else {})


def name_spans(tags):
    """(start, end, type) of every name in gold tags."""
    spans, start = set(), None
    for i, tag in enumerate([*tags, "O"]):
        if start is not None and not tag.startswith("I-"):
            spans.add((start, i, tags[start][2:]))
            start = None
        if tag.startswith("B-"):
            start = i
    return spans


def joined_names(probabilities, tags, heads, upos):
    """(start, end, type) of the names in one sentence, from the probabilities of the tags (words, tags), the heads (from 1; 0 = root)
    and the parts of speech: runs of words that are likelier in a name than not, cut before a B that the tree does not tie to the run, and
    without small words at their ends; the type is the likeliest over all words. Only the teacher's silver text and the figures that training prints have names by this tagger; in the model that ships,
    the branch of names.py has its place."""
    outside, spans, run = tags.index("O"), set(), []
    begins = [k for k, t in enumerate(tags) if t.startswith("B-")]
    inside = [k for k, t in enumerate(tags) if t.startswith("I-")]

    def close():
        small = ("ADP", "DET", "PUNCT", "CCONJ")
        while run and upos[run[0]] in small:
            run.pop(0)
        while run and upos[run[-1]] in small:
            run.pop()
        if run:
            kinds = Counter()
            for k, t in enumerate(tags):
                kinds[t[2:]] += sum(probabilities[i][k] for i in run) if t != "O" else 0
            spans.add((run[0], run[-1] + 1, max((k for k in kinds if k), key=kinds.get)))
        run.clear()

    for i, row in enumerate(probabilities):
        if row[outside] >= 0.5:
            close()
            continue
        if run and sum(row[k] for k in begins) > sum(row[k] for k in inside):
            tied = any(heads[i] == j + 1 or heads[j] == i + 1 or heads[i] == heads[j] > i + 1 for j in run)
            if not tied:
                close()
        run.append(i)
    close()
    return spans


def tagged(spans, length):
    """Names as B, I and O."""
    tags = ["O"] * length
    for start, end, kind in spans:
        tags[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return tags


FREE = "free"
ALL = "all"


def treebanks(ud: Path, which: str = FREE, longest: int = 120):
    """Training sentences and the two development sets (EWT for syntax, GUM for names). `free`: EWT and the freely licensed part of
    GUM; `all`: also the rest of GUM, LinES and ParTUT, which do not allow commercial use."""
    train = conllu.read(ud / "ewt/train.conllu")
    train += conllu.read(ud / "gum/train.conllu", conllu.GUM_FREE_GENRES if which == FREE else None)
    if which == ALL:
        train += conllu.read(ud / "lines/train.conllu") + conllu.read(ud / "partut/train.conllu")
    dev = conllu.read(ud / "ewt/dev.conllu"), conllu.read(ud / "gum/dev.conllu")
    return [s for s in train if len(s.forms) <= longest], dev


def numbered(names):
    """The number of each label, by layer."""
    return {n: {v: i for i, v in enumerate(vs)} for n, vs in names.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ud", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=26)
    parser.add_argument("--until", type=int, help="stop behind this epoch of the schedule")
    parser.add_argument("--tokens", type=int, default=1600, help="words a batch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--treebanks", choices=(FREE, ALL), default=FREE)
    parser.add_argument("--silver", type=Path, help="trees of a teacher")
    parser.add_argument("--dropout", type=float, default=0.3, help="0.2 with silver, which is more text")
    parser.add_argument("--names", type=Path, nargs=2, metavar=("LISTS", "ACTORS"),
                        help="training/names and lexicon/actors: a third of the sentences get other names of the same kinds")
    parser.add_argument("--start", type=Path, help="a model to go on from, with a third of the learning rate")
    parser.add_argument("--parts", type=int, default=2, help="each epoch takes the gold and one of this many parts of the silver")
    options = parser.parse_args()
    torch.manual_seed(1), random.seed(1), torch.set_num_threads(options.threads)
    dice = random.Random(2)
    train, (dev, dev_names) = treebanks(options.ud, options.treebanks)
    names = labels(train)
    index = numbered(names)
    model = Model({n: len(v) for n, v in names.items()}, options.dropout).to(DEVICE)
    print(len(train), "sentences,", sum(len(s.forms) for s in train), "words,",
          {n: len(v) for n, v in names.items()}, sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    if options.start:
        model.load_state_dict(torch.load(options.start, map_location=DEVICE)["state"])
    swap = NameSwap(*options.names) if options.names else lambda s, dice, share: s
    silver = conllu.read(options.silver) if options.silver else []
    of_epoch = lambda epoch: train + silver[epoch % options.parts::options.parts]
    steps = options.epochs * len(batches(of_epoch(0), options.tokens, True))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.98), weight_decay=0.02, fused=True)
    rate = 1e-3 if options.start else 3e-3
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 50, pct_start=0.1)
    average = copy.deepcopy(model)
    done, start = 0, time.time()
    for epoch in range(options.until or options.epochs):
        for batch in batches([noisy(swap(s, dice, 0.33), dice) for s in of_epoch(epoch)], options.tokens, True):
            if done >= steps + 40:
                break
            model.train()
            optimizer.zero_grad()
            value = loss(model, batch, index)
            value.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step(), schedule.step()
            done += 1
            keep = min(0.999, done / (done + 10))
            with torch.no_grad():
                torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - keep)
        print(epoch + 1, round(time.time() - start), "s", round(float(value), 3), evaluate(average, dev, index),
              evaluate(average, dev_names, index), flush=True)
        torch.save({"state": average.state_dict(), "labels": names}, options.out)



if __name__ == "__main__":
    main()
