"""python -m polybius_training.names_teacher MODEL.pt UD_FOLDER ENCODER_FOLDER OUT.pt: fine-tunes a pretrained encoder, with the branch for names
upon it and upon the syntax model, on the names of GUM. It only annotates the text that the branch learns from (see names_silver.py) and is not shipped.

ENCODER_FOLDER holds a BERT-like model as `transformers` loads it (config.json, model.safetensors, tokenizer.json)."""
import argparse
import random
import time
from functools import lru_cache
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from . import conllu, features
from .gazetteer import Gazetteer
from .model import DEVICE
from .names import TAGS, Branch, decode, load_trunk, packed, score, with_encodings
from .train import NameSwap, noisy

PIECES = 5  # word pieces kept of a word
WORDS = 200  # of a window
HIDDEN = 256


class NamesTeacher(nn.Module):
    """Windows of a document's sentences, taken as one long sentence -> (windows, words, tags)."""

    def __init__(self, folder: Path, dropout: float = 0.1):
        super().__init__()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation(), self.tokenizer.no_padding()
        special = lambda *names: next(t for t in map(self.tokenizer.token_to_id, names) if t is not None)
        self.cls, self.sep, self.unknown = special("[CLS]", "<s>"), special("[SEP]", "</s>"), special("[UNK]", "<unk>")
        self.pretrained = AutoModel.from_pretrained(folder, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout)
        self.branch = Branch(HIDDEN, "cscs", 0.3, extra=2 * self.pretrained.config.hidden_size)
        self.cased = nn.Parameter(torch.zeros(self.pretrained.config.hidden_size))  # the encoder sees no capitals

        @lru_cache(maxsize=None)
        def pieces(form):
            return self.tokenizer.encode(features.straight(form), add_special_tokens=False).ids[:PIECES] or [self.unknown]

        self.pieces = pieces

    def forward(self, batch, dice=None, drop=0.0):
        """`batch`: windows, each a list of (sentence, encoding, target); the scores and the targets."""
        rows, capitals, firsts, lasts = [], [], [], []
        for window in batch:
            ids, capital, first, last = [self.cls], [0], [], []
            for s, *_ in window:
                for form in s.forms:
                    pieces = self.pieces(form)
                    first.append(len(ids))
                    ids += pieces
                    capital += [int(form[:1].isupper())] * len(pieces)
                    last.append(len(ids) - 1)
            rows.append((ids + [self.sep])[:510]), capitals.append((capital + [0])[:510])
            firsts.append([min(i, 509) for i in first]), lasts.append([min(i, 509) for i in last])
        pad = lambda lists: torch.tensor([r + [0] * (max(map(len, lists)) - len(r)) for r in lists], device=DEVICE)
        attention = torch.tensor([[1] * len(r) + [0] * (max(map(len, rows)) - len(r)) for r in rows], device=DEVICE)
        embedded = self.pretrained.get_input_embeddings()(pad(rows)) + pad(capitals).unsqueeze(-1) * self.cased
        hidden = self.pretrained(inputs_embeds=embedded, attention_mask=attention).last_hidden_state
        at = lambda index: hidden.gather(1, index.unsqueeze(-1).expand(-1, -1, hidden.shape[-1]))
        x, target, _ = packed(batch, joined=True)
        if drop:
            x[2] = x[2] * (torch.rand(x[2].shape[:2] + (1,), device=DEVICE) >= drop)
        return self.branch(*x, extra=torch.cat([at(pad(firsts)), at(pad(lasts))], -1)), target


def cut(documents, words, offset=0):
    """Windows of whole sentences of one document with about `words` words; with `offset`, the first of a document is that much shorter."""
    out = []
    for document in documents:
        size, out = offset, out + [[]]
        for item in document:
            n = len(item[0].forms)
            if out[-1] and size + n > words:
                out.append([])
                size = 0
            out[-1].append(item)
            size += n
    return out


@torch.no_grad()
def annotate(model, documents, passes=1, batch=16):
    """Probabilities (words, tags) of each sentence, by its id; the average of `passes` ways to cut documents into windows."""
    model.eval()
    total = {}
    for k in range(passes):
        windows = sorted(cut(documents, WORDS, k * WORDS // passes), key=lambda w: sum(len(s.forms) for s, *_ in w))
        for at in range(0, len(windows), batch):
            with torch.autocast(DEVICE.type, torch.bfloat16):
                scores, _ = model(windows[at:at + batch])
            for row, window in zip(scores.float().softmax(-1), windows[at:at + batch]):
                start = 0
                for s, *_ in window:
                    total[id(s)] = total.get(id(s), 0) + row[start:start + len(s.forms)] / passes
                    start += len(s.forms)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("ud", type=Path)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, help="a teacher of `teacher.py` upon the same encoder, to go on from its weights")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--batch", type=int, default=6, help="windows a batch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--lists", type=Path, default=Path("."), help="the folder training")
    options = parser.parse_args()
    torch.manual_seed(1), random.seed(1), torch.set_num_threads(options.threads)
    dice = random.Random(5)
    actors = options.lists / "../lexicon/actors"
    gazetteer, trunk = Gazetteer(options.lists, actors), load_trunk(options.model)
    swap = NameSwap(options.lists / "names", actors)
    train = conllu.read(options.ud / "gum/train.conllu", conllu.GUM_FREE_GENRES)
    dev = with_encodings(trunk, conllu.read(options.ud / "gum/dev.conllu"), gazetteer)
    model = NamesTeacher(options.encoder).to(DEVICE)
    if options.start:
        started, prefix = torch.load(options.start, map_location=DEVICE)["state"], "encoder.pretrained."
        model.pretrained.load_state_dict({n.removeprefix(prefix): v for n, v in started.items() if n.startswith(prefix)})
    model.pretrained.get_input_embeddings().requires_grad_(False)
    pretrained = [p for p in model.pretrained.parameters() if p.requires_grad]
    ours = [p for n, p in model.named_parameters() if not n.startswith("pretrained.")]
    rates = [options.rate, 2e-3]
    optimizer = torch.optim.AdamW([{"params": pretrained}, {"params": ours}], betas=(0.9, 0.98), weight_decay=0.02, fused=True)
    plain = with_encodings(trunk, train, gazetteer)
    steps = options.epochs * (len(cut(plain, WORDS)) // options.batch + 4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps + 50, pct_start=0.1)
    start, done = time.time(), 0
    for epoch in range(options.epochs):
        swapped = plain if epoch % 2 == 0 else with_encodings(trunk, [noisy(swap(s, dice, 0.3), dice) for s in train], gazetteer)
        windows = cut(swapped, WORDS, random.randrange(WORDS))
        random.shuffle(windows)
        model.train()
        for at in range(0, len(windows), options.batch):
            with torch.autocast(DEVICE.type, torch.bfloat16):
                scores, target = model(windows[at:at + options.batch], drop=0.15)
            value = -(target * scores.log_softmax(-1)).sum() / target.sum()
            optimizer.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            if done < steps + 40:
                schedule.step()
            done += 1
            if done % 20 == 0:
                print(" ", done, "of", steps, round(time.time() - start), "s", round(value.item(), 3), flush=True)
        found = annotate(model, dev)
        sentences = [s for d in dev for s, *_ in d]
        tags = [[TAGS[k] for k in decode(found[id(s)].clamp(min=1e-9).log())] for s in sentences]
        print(epoch + 1, round(time.time() - start), "s", score(sentences, tags), flush=True)
        torch.save(model.state_dict(), options.out)


if __name__ == "__main__":
    main()
