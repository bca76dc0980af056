"""python -m polybius_training.names MODEL.pt UD_FOLDER OUT.pt --teacher TEACHER.pt ENCODER_FOLDER --silver FILE...: trains the branch for names
on a frozen syntax model, on the names of GUM and on the teacher's probabilities for other text. Run it in `training`, where the lists are.

The branch reads, of every word, the encoder's output and input and what the gazetteer knows; two layers on, it sees the mean of what it made of
the same capitalized word all over the document. The Rust twin is crates/syntax/src/branch.rs."""
import argparse
import copy
import random
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from . import conllu
from .gazetteer import KINDS, Gazetteer, key
from .features import rows
from .model import DEVICE, WIDTH, Convolution, Model, Scan
from .train import NameSwap, name_spans, noisy

TAGS = ["O"] + [f"{mark}-{kind}" for kind in ("person", "organization", "place", "other") for mark in "BI"]
ROW = 100  # words of a row in training
BRANCH = 128
BRANCH_LAYERS = "cscs"
MEMORY = 2  # layers before the document's memory


class Branch(nn.Module):
    """Of the words of some documents, sentence by sentence: scores of TAGS."""

    def __init__(self, width: int = BRANCH, layers: str = BRANCH_LAYERS, dropout: float = 0.3, extra: int = 0):
        """`extra`: the width of what else there is to read (a pretrained encoder's output, see names_teacher.py)."""
        super().__init__()
        if extra:
            self.extra = nn.Linear(extra, width)
        self.trunk, self.word = nn.Linear(WIDTH, width), nn.Linear(WIDTH, width, bias=False)
        self.known = nn.Linear(len(KINDS), width, bias=False)
        self.norms = nn.ModuleList(nn.LayerNorm(width, elementwise_affine=False) for _ in layers)
        self.layers = nn.ModuleList({"c": Convolution, "s": Scan}[kind](width) for kind in layers)
        self.recall, self.memory = nn.LayerNorm(width, elementwise_affine=False), nn.Linear(width, width)
        nn.init.zeros_(self.memory.weight), nn.init.zeros_(self.memory.bias)
        self.output, self.tags = nn.LayerNorm(width, elementwise_affine=False), nn.Linear(width, len(TAGS))
        self.dropout = nn.Dropout(dropout)

    def forward(self, trunk, word, known, mask, cells, extra=None):
        """`trunk`, `word`: normalized output and input of the encoder; `cells`: the memory's cell of each word, 0 for none."""
        keep = mask.unsqueeze(-1)
        x = (self.trunk(self.dropout(trunk)) + self.word(self.dropout(word)) + self.known(known)).float()
        x = (x if extra is None else x + self.extra(self.dropout(extra)).float()) * keep
        for i, (norm, layer) in enumerate(zip(self.norms, self.layers)):
            if i == MEMORY:
                x = x + self.recalled(x, cells)
            x = x + layer(self.dropout(norm(x)) * keep, keep) * keep
        return self.tags(self.dropout(self.output(x))).float()

    def recalled(self, x, cells):
        flat, there = x.flatten(0, 1), cells.flatten()
        size = int(there.max()) + 1
        total = torch.zeros(size, x.shape[-1], device=x.device).index_add(0, there, flat)
        count = torch.zeros(size, device=x.device).index_add(0, there, torch.ones_like(there, dtype=torch.float))
        mean = total / count.clamp(min=1).unsqueeze(-1)
        again = ((there > 0) & (count[there] > 1)).view_as(cells).unsqueeze(-1)
        return self.memory(self.recall(mean[there].view_as(x))).float() * again


@torch.no_grad()
def encode(trunk, sentences, gazetteer):
    """What the branch reads of each sentence: (normalized output, normalized input, bits)."""
    encoder, out = trunk.encoder, [None] * len(sentences)
    trunk.eval()
    seen = []
    hook = encoder.norms[0].register_forward_hook(lambda _, inputs, result: seen.append(result))
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i].forms))
    at = 0
    while at < len(order):
        longest = len(sentences[order[at]].forms)
        part = order[at:at + max(1, 4000 // max(longest, 1))]
        at += len(part)
        size = max(len(sentences[i].forms) for i in part)
        x, mask = torch.zeros(len(part), size, 6, dtype=torch.long), torch.zeros(len(part), size, dtype=torch.bool)
        for b, i in enumerate(part):
            x[b, :len(sentences[i].forms)] = torch.tensor([rows(f) for f in sentences[i].forms])
            mask[b, :len(sentences[i].forms)] = True
        seen.clear()
        encoded = encoder(x.to(DEVICE), mask.to(DEVICE))
        for b, i in enumerate(part):
            n = len(sentences[i].forms)
            bits = torch.tensor([gazetteer.bits(f) for f in sentences[i].forms], dtype=torch.int32)
            out[i] = encoded[b, :n].to(torch.bfloat16), seen[0][b, :n].to(torch.bfloat16), bits
    hook.remove()
    return out


def gold(s):
    """Rows of probabilities of TAGS."""
    target = torch.zeros(len(s.forms), len(TAGS))
    for i, tag in enumerate(s.ner):
        target[i, TAGS.index(tag)] = 1
    return target


def packed(batch, dice=None, joined=False):
    """What the branch reads of a batch of documents, each a list of (sentence, encoding, target); the targets; and row and first column of each
    sentence. Sentences stand in rows of about ROW words with a gap between them; with `joined`, a row is a document without gaps."""
    rows = [[]]
    for d, document in enumerate(batch):
        for item in document if not joined else [None]:
            n = sum(len(s.forms) for s, *_ in document) if joined else len(item[0].forms) + 1
            last = rows[-1][-1] if rows[-1] else None
            if last and (joined or last[1] + last[2] + n > ROW):
                rows.append([])
            start = rows[-1][-1][1] + rows[-1][-1][2] if rows[-1] else 0
            rows[-1].append((d, start, n, document if joined else [item]))
    size = (len(rows), max(start + n for row in rows for _, start, n, _ in row))
    trunk, word = torch.zeros(*size, WIDTH), torch.zeros(*size, WIDTH)
    bits, mask = torch.zeros(size, dtype=torch.int32), torch.zeros(size, dtype=torch.bool)
    cells, target = torch.zeros(size, dtype=torch.long), torch.zeros(*size, len(TAGS))
    number, places = {}, []
    alone = [dice is not None and dice.random() < 0.25 for _ in batch]
    for b, row in enumerate(rows):
        for d, start, _, items in row:
            at = start
            for s, (of_trunk, of_word, of_bits), y in items:
                end = at + len(s.forms)
                trunk[b, at:end], word[b, at:end], bits[b, at:end], mask[b, at:end], target[b, at:end] = of_trunk, of_word, of_bits, True, y
                for i, form in enumerate(s.forms):
                    if form[:1].isupper():
                        cells[b, at + i] = number.setdefault((d, (b, start) if alone[d] else 0, key(form)), len(number) + 1)
                places.append((b, at))
                at = end
    known = ((bits.unsqueeze(-1) >> torch.arange(len(KINDS), dtype=torch.int32)) & 1).float()
    return [t.to(DEVICE) for t in (trunk, word, known, mask, cells)], target.to(DEVICE), places


def windows(sentences, words, offset=0):
    """Runs of whole sentences of one document with about `words` words; with `offset`, the first run of a document is that much shorter."""
    out, size, document = [], 0, None
    for s in sentences:
        if document != s.document or size + len(s.forms) > words:
            size = offset if document != s.document else 0
            out.append([])
            document = s.document
        out[-1].append(s)
        size += len(s.forms)
    return [w for w in out if w]


def decode(scores):
    """The best tags (words,) of one sentence in which an I follows a B or I of its kind, from log probabilities (words, tags)."""
    allowed = torch.zeros(len(TAGS), len(TAGS))
    for j, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            allowed[:, j] = -1e9
            allowed[j, j] = allowed[j - 1, j] = 0
    best = scores[0] + allowed[0]
    back = []
    for row in scores[1:]:
        step = best.unsqueeze(1) + allowed
        best, come = step.max(0)
        best = best + row
        back.append(come)
    path = [int(best.argmax())]
    for come in reversed(back):
        path.append(int(come[path[-1]]))
    return path[::-1]


def score(sentences, found):
    """F1 of names, of their spans, and by kind."""
    hits = {}
    for s, tags in zip(sentences, found):
        gold, own = name_spans(s.ner), name_spans(tags)
        for key, a, b in [("all", gold, own), ("spans", {x[:2] for x in gold}, {x[:2] for x in own})] + [
                (kind, {x for x in gold if x[2] == kind}, {x for x in own if x[2] == kind})
                for kind in ("person", "organization", "place", "other")]:
            h = hits.setdefault(key, [0, 0])
            h[0] += 2 * len(a & b)
            h[1] += len(a) + len(b)
    return {k: round(100 * a / max(b, 1), 2) for k, (a, b) in hits.items()}


@torch.no_grad()
def annotate(branch, docs):
    """Log probabilities of each sentence."""
    branch.eval()
    out = []
    for document in docs:
        x, _, places = packed([document])
        scores = branch(*x).log_softmax(-1)
        out += [scores[b, at:at + len(s.forms)] for (b, at), (s, *_) in zip(places, document)]
    return out


def with_encodings(trunk, sentences, gazetteer, target=gold):
    encoded = dict(zip(map(id, sentences), encode(trunk, sentences, gazetteer)))
    return [[(s, encoded[id(s)], target(s)) for s in d] for d in windows(sentences, 1200)]


def load_trunk(path):
    saved = torch.load(path, map_location=DEVICE)
    trunk = Model({n: len(v) for n, v in saved["labels"].items()})
    trunk.load_state_dict(saved["state"])
    return trunk.to(DEVICE).eval()


def train_branch(branch, gold_sets, silver, dev, epochs, rate, out, tokens=2500, parts=1, dice=random.Random(3), drop=0.1):
    """`gold_sets`: encodings of the gold documents in several guises, one an epoch; `silver`: documents, a part of them an epoch. Saves the
    averaged weights in `out` whenever it prints how good they are."""
    average = copy.deepcopy(branch)
    of_epoch = lambda e: gold_sets[e % len(gold_sets)] + silver[e % parts::parts]
    words = lambda d: sum(len(s.forms) for s, *_ in d)
    steps = epochs * (sum(map(words, of_epoch(0))) // tokens + 1)
    optimizer = torch.optim.AdamW(branch.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.02, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 50, pct_start=0.1)
    done, start = 0, time.time()
    for epoch in range(epochs):
        docs = of_epoch(epoch)
        dice.shuffle(docs)
        batches, size = [[]], 0
        for d in docs:
            if size > tokens:
                batches.append([])
                size = 0
            batches[-1].append(d)
            size += words(d)
        for batch in batches:
            branch.train()
            (trunk, word, known, mask, cells), target, _ = packed(batch, dice=dice)
            known = known * (torch.rand(known.shape[:2] + (1,), device=known.device) >= drop)
            with torch.autocast(DEVICE.type, torch.bfloat16):
                scores = branch(trunk, word, known, mask, cells)
            value = -(target * scores.log_softmax(-1)).sum() / mask.sum()
            optimizer.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(branch.parameters(), 2.0)
            optimizer.step()
            if done < steps + 40:
                schedule.step()
            done += 1
            keep = min(0.999, done / (done + 10))
            with torch.no_grad():
                torch._foreach_lerp_(list(average.parameters()), list(branch.parameters()), 1 - keep)
        if (epoch + 1) % 2 == 0 or epoch + 1 == epochs:
            found = [[TAGS[k] for k in decode(t)] for t in annotate(average, dev)]
            print(epoch + 1, round(time.time() - start), "s", round(value.item(), 4), score([s for d in dev for s, *_ in d], found), flush=True)
            torch.save(average.state_dict(), out)
    return average


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("ud", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path, nargs=2, metavar=("TEACHER", "ENCODER"))
    parser.add_argument("--silver", type=Path, nargs="*", default=[], help="CoNLL-U whose tokens the teacher annotates")
    parser.add_argument("--words", type=int, default=100_000, help="of each silver file, documents being chosen by chance")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--parts", type=int, default=2, help="each epoch takes the gold and one of this many parts of the silver")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.manual_seed(1), random.seed(1), torch.set_num_threads(options.threads)
    dice, actors = random.Random(2), Path("../lexicon/actors")
    gazetteer, trunk, swap = Gazetteer(Path("."), actors), load_trunk(options.model), NameSwap(Path("names"), actors)
    train = conllu.read(options.ud / "gum/train.conllu", conllu.GUM_FREE_GENRES)
    dev = with_encodings(trunk, conllu.read(options.ud / "gum/dev.conllu"), gazetteer)
    plain = with_encodings(trunk, train, gazetteer)
    disguised = [with_encodings(trunk, [noisy(swap(s, dice, 0.5), dice) for s in train], gazetteer) for _ in range(4)]
    gold_sets = [plain, *disguised[:2], plain, *disguised[2:]]
    silver = []
    for file in options.silver:
        found = windows([s for s in conllu.read(file) if len(s.forms) <= 120], 1200)
        dice.shuffle(found)
        total = 0
        for document in found:
            total += sum(len(s.forms) for s in document)
            if total <= options.words:
                silver.append(document)
    dice.shuffle(silver)
    if silver:
        from .names_teacher import NamesTeacher, annotate as annotate_by_teacher

        flat = [s for document in silver for s in document]
        encoded = dict(zip(map(id, flat), encode(trunk, flat, gazetteer)))
        silver = [[(s, encoded[id(s)], torch.zeros(len(s.forms), len(TAGS))) for s in d] for d in silver]
        teacher = NamesTeacher(options.teacher[1])
        teacher.load_state_dict(torch.load(options.teacher[0], map_location=DEVICE))
        found = annotate_by_teacher(teacher.to(DEVICE), silver)
        silver = [[(s, e, found[id(s)].cpu()) for s, e, _ in d] for d in silver]
        print(len(flat), "silver sentences annotated", flush=True)
    branch = train_branch(Branch().to(DEVICE), gold_sets, silver, dev, options.epochs, 3e-3, options.out, parts=options.parts if silver else 1)
    if silver:  # twice on with the gold alone, and the average of the three
        soup = [branch.state_dict()]
        for dropout, rate, epochs in ((0.3, 1e-3, 3), (0.5, 1.5e-3, 4)):
            again = Branch(dropout=dropout).to(DEVICE)
            again.load_state_dict(branch.state_dict())
            again = train_branch(again, gold_sets[1:], [], dev, epochs, rate, options.out, tokens=1500)
            soup.append(again.state_dict())
        torch.save({k: sum(s[k] for s in soup) / len(soup) for k in soup[0]}, options.out)


if __name__ == "__main__":
    main()
