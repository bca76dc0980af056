"""python -m polybius_training.train UD_FOLDER OUT.safetensors [--epochs N]: trains, rounds to f16, writes weights, labels and
parity fixtures. UD_FOLDER holds ewt/ and gum/ with train.conllu and dev.conllu."""
import argparse
import copy
import json
import random
import time
from collections import Counter
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

from . import conllu
from .features import lemma_script, rows
from .model import DILATIONS, Model

IGNORED = -100
FIXTURES = [
    "Rebels attacked a police post near the border on Monday .",
    "The prime minister said he would n't attend Tuesday 's talks in Geneva .",
    "UN : 12,000 flee shelling",
    "“ We will respond , ” Gen. Özgür Yıldız told reporters …",
]


def labels(sentences):
    """The label inventories: lemma scripts and feature bundles seen once are left out."""
    count = {name: Counter() for name in ("upos", "feats", "lemma", "deprel")}
    for s in sentences:
        count["upos"].update(s.upos)
        count["feats"].update(s.feats)
        count["deprel"].update(s.deprels)
        count["lemma"].update(lemma_script(f, l) for f, l in zip(s.forms, s.lemmas))
    least = {"upos": 1, "feats": 2, "lemma": 3, "deprel": 1}
    return {n: sorted(k for k, v in c.items() if v >= least[n]) for n, c in count.items()}


def noisy(s: conllu.Sentence, dice: random.Random) -> conllu.Sentence:
    """Now and then a sentence as headlines and wires write it: other case, no final stop, curly quotes."""
    p = dice.random()
    if p > 0.2:
        return s
    s = copy.copy(s)
    if p < 0.03:
        s.forms = [f.lower() for f in s.forms]
    elif p < 0.06:
        s.forms = [f.upper() for f in s.forms]
    elif p < 0.09:
        s.forms = [f[:1].upper() + f[1:] for f in s.forms]
    elif len(s.forms) > 3 and s.upos[-1] == "PUNCT" and len(s.forms) not in s.heads:
        s = conllu.Sentence(*[v[:-1] for v in (s.forms, s.lemmas, s.upos, s.feats, s.heads, s.deprels)])
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
    longest = max(len(s.forms) for s in batch)
    size = (len(batch), longest)
    x, mask = torch.zeros(*size, encoder.ROWS, dtype=torch.long), torch.zeros(size, dtype=torch.bool)
    y = {n: torch.full(size, IGNORED) for n in ("upos", "feats", "lemma", "head", "deprel")}
    for b, s in enumerate(batch):
        n = len(s.forms)
        x[b, :n] = torch.tensor([encoder.rows(f) for f in s.forms])
        mask[b, :n] = True
        for name, values in (("upos", s.upos), ("feats", s.feats), ("deprel", s.deprels),
                             ("lemma", [lemma_script(f, l) for f, l in zip(s.forms, s.lemmas)])):
            y[name][b, :n] = torch.tensor([index[name].get(v, IGNORED) for v in values])
        y["head"][b, :n] = torch.tensor(s.heads)
    return x, mask, y


def loss(model, batch, index):
    x, mask, y = tensors(batch, index, model.encoder)
    upos, feats, lemma, arcs, rels = model(x, mask, y["head"].clamp(min=0), word_dropout=0.15)
    part = lambda scores, gold: F.cross_entropy(scores.flatten(0, 1), gold.flatten(), ignore_index=IGNORED)
    return (part(arcs, y["head"]) + part(rels, y["deprel"]) + 0.5 * part(upos, y["upos"])
            + 0.3 * part(feats, y["feats"]) + 0.3 * part(lemma, y["lemma"]))


@torch.no_grad()
def evaluate(model, sentences, index):
    """Accuracies on gold tokens, heads by greedy choice (the Rust decoder makes a tree of them)."""
    model.eval()
    hits, words = Counter(), 0
    for batch in batches(sentences, 4000, False):
        x, mask, y = tensors(batch, index, model.encoder)
        encoded = model.encoder(x, mask)
        arcs, heads = model.arcs(encoded, mask)
        head = arcs.argmax(-1)
        rel = model.relations(encoded, heads, head).argmax(-1)
        main = torch.tensor([sorted({d.split(":")[0] for d in index["deprel"]}).index(d.split(":")[0])
                             for d in index["deprel"]])
        right = (head == y["head"]) & mask
        words += int(mask.sum())
        hits["UAS"] += int(right.sum())
        hits["LAS"] += int((right & (main[rel] == main[y["deprel"].clamp(min=0)])).sum())
        for name, scores in (("upos", model.upos), ("feats", model.feats), ("lemma", model.lemma)):
            hits[name] += int(((scores(encoded).argmax(-1) == y[name]) & mask).sum())
    return {k: round(100 * v / words, 2) for k, v in hits.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ud", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=26)
    parser.add_argument("--tokens", type=int, default=1600, help="words a batch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--silver", type=Path, help="trees of a teacher; each epoch takes the gold twice and a third of them")
    options = parser.parse_args()
    torch.manual_seed(1), random.seed(1), torch.set_num_threads(options.threads)
    dice = random.Random(2)
    train = conllu.read(options.ud / "ewt/train.conllu") + conllu.read(
        options.ud / "gum/train.conllu", conllu.GUM_FREE_GENRES)
    train = [s for s in train if len(s.forms) <= 120]
    dev = conllu.read(options.ud / "ewt/dev.conllu")
    names = labels(train)
    index = {n: {v: i for i, v in enumerate(vs)} for n, vs in names.items()}
    model = Model(*(len(names[n]) for n in ("upos", "feats", "lemma", "deprel")))
    print(len(train), "sentences,", sum(len(s.forms) for s in train), "words,",
          {n: len(v) for n, v in names.items()}, sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    silver = conllu.read(options.silver) if options.silver else []

    def of_epoch(epoch):
        return train * 2 + silver[epoch % 3::3] if silver else train

    steps = options.epochs * len(batches(of_epoch(0), options.tokens, True))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.98), weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps + 50, pct_start=0.1)
    average = copy.deepcopy(model)
    done, start = 0, time.time()
    for epoch in range(options.epochs):
        for batch in batches([noisy(s, dice) for s in of_epoch(epoch)], options.tokens, True):
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
                for a, p in zip(average.parameters(), model.parameters()):
                    a.lerp_(p, 1 - keep)
        print(epoch + 1, round(time.time() - start), "s", float(value), evaluate(average, dev, index), flush=True)
        if epoch + 1 >= 4:
            export(average, names, options.out)


def export(model, names, out: Path):
    """Weights as f16, with the labels in the metadata; fixtures of every score beside them, from the rounded weights."""
    rounded = copy.deepcopy(model).eval()
    with torch.no_grad():
        for p in rounded.parameters():
            p.copy_(p.half().float())
    state = {k: v.half().contiguous() for k, v in rounded.state_dict().items()}
    save_file(state, out, metadata={"labels": json.dumps(names), "dilations": json.dumps(DILATIONS)})
    fixtures = []
    with torch.no_grad():
        for text in FIXTURES:
            forms = text.split()
            x, mask = torch.tensor([[rows(f) for f in forms]]), torch.ones(1, len(forms), dtype=torch.bool)
            encoded = rounded.encoder(x, mask)
            arcs, heads = rounded.arcs(encoded, mask)
            best = arcs.argmax(-1)
            scores = {"upos": rounded.upos(encoded), "feats": rounded.feats(encoded), "lemma": rounded.lemma(encoded),
                      "arcs": arcs, "rels": rounded.relations(encoded, heads, best)}
            fixtures.append({"forms": forms, "heads": best[0].tolist(),
                             "scores": {k: [[round(v, 5) for v in r] for r in s[0].tolist()] for k, s in scores.items()}})
    out.with_suffix(".fixtures.json").write_text(json.dumps(fixtures, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
