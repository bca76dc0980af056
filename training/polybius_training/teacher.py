"""python -m polybius_training.teacher UD_FOLDER ENCODER_FOLDER OUT.pt: fine-tunes a pretrained encoder with the heads of the
syntax model. It only parses the silver text that the model learns from (see silver.py) and is not shipped.

ENCODER_FOLDER holds a BERT-like model as `transformers` loads it (config.json, model.safetensors, tokenizer.json), whose token 0 is
no word piece."""
import argparse
import random
import time
from functools import lru_cache
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

from . import features
from .model import DEVICE, WIDTH, Encoder, Model
from .train import batches, evaluate, labels, loss, noisy, numbered, treebanks

PIECES = 6  # word pieces kept of a word


class PretrainedEncoder(nn.Module):
    """(batch, length, 6 + PIECES) table rows and word pieces -> (batch, length, 384): the encoder's last four layers at each
    word's first and last piece, beside the student's own encoding (which sees case)."""

    ROWS, width = Encoder.ROWS + PIECES, 384

    def __init__(self, folder: Path, dropout: float):
        super().__init__()
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation(), tokenizer.no_padding()
        special = lambda *names: next(t for t in map(tokenizer.token_to_id, names) if t is not None)
        self.cls, self.sep = special("[CLS]", "<s>"), special("[SEP]", "</s>")
        unknown = special("[UNK]", "<unk>")

        @lru_cache(maxsize=None)
        def rows(form):
            pieces = tokenizer.encode(features.straight(form), add_special_tokens=False).ids[:PIECES] or [unknown]
            return features.rows(form) + tuple(pieces) + (0,) * (PIECES - len(pieces))

        self.rows = rows
        self.pretrained = AutoModel.from_pretrained(folder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        self.hashed = Encoder(dropout)
        hidden = self.pretrained.config.hidden_size
        self.mix = nn.Parameter(torch.zeros(4))
        self.input = nn.Linear(2 * hidden + WIDTH, self.width)
        self.output = nn.LayerNorm(self.width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask, word_dropout: float = 0.0):
        pieces = x[..., Encoder.ROWS:]
        there = (pieces > 0).flatten(1)
        place = there.cumsum(1).view_as(pieces)  # 1-based behind [CLS]
        size = int(there.sum(1).max()) + 2
        tokens = torch.zeros(len(x), size, dtype=torch.long, device=x.device)
        tokens.scatter_(1, (place.flatten(1) * there), pieces.flatten(1) * there)
        tokens[:, 0] = self.cls
        lengths = there.sum(1) + 1
        tokens[torch.arange(len(x), device=x.device), lengths] = self.sep
        attention = torch.arange(size, device=x.device).expand(len(x), -1) <= lengths.unsqueeze(1)
        layers = self.pretrained(tokens, attention_mask=attention.long(), output_hidden_states=True).hidden_states[-4:]
        mixed = sum(w * l for w, l in zip(self.mix.softmax(0), layers))
        at = lambda index: mixed.gather(1, index.unsqueeze(-1).expand(-1, -1, mixed.shape[-1]))
        both = torch.cat([at(place[..., 0]), at(place[..., -1])], -1)
        y = torch.cat([self.dropout(both), self.hashed(x[..., :Encoder.ROWS], mask, word_dropout)], -1)
        return self.dropout(self.output(self.input(y)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ud", type=Path)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--tokens", type=int, default=800, help="words a batch")
    parser.add_argument("--rate", type=float, default=2e-4, help="highest learning rate of the pretrained part; 1e-4 for a large one")
    parser.add_argument("--frozen", type=int, default=0, help="layers of the encoder, from below, that are not trained")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.manual_seed(1), random.seed(1), torch.set_num_threads(options.threads)
    dice = random.Random(2)
    train, (dev, dev_names) = treebanks(options.ud, longest=80)
    names = labels(train)
    index = numbered(names)
    encoder = PretrainedEncoder(options.encoder, 0.25)
    model = Model({n: len(v) for n, v in names.items()}, dropout=0.25, encoder=encoder).to(DEVICE)
    encoder.pretrained.embeddings.requires_grad_(False)
    for layer in encoder.pretrained.encoder.layer[:options.frozen]:
        layer.requires_grad_(False)
    pretrained = [p for p in encoder.pretrained.parameters() if p.requires_grad]
    ours = [p for n, p in model.named_parameters() if not n.startswith("encoder.pretrained.")]
    rates = [options.rate, 2.5e-3]
    optimizer = torch.optim.AdamW([{"params": pretrained}, {"params": ours}], betas=(0.9, 0.98), weight_decay=0.02, fused=True)
    steps = options.epochs * len(batches(train, options.tokens, True))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps + 100, pct_start=0.1)
    start, done = time.time(), 0
    for epoch in range(options.epochs):
        for batch in batches([noisy(s, dice) for s in train], options.tokens, True):
            model.train()
            optimizer.zero_grad()
            value = loss(model, batch, index)
            value.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            if done < steps + 90:
                schedule.step()
            done += 1
            if done % 100 == 0:
                print(" ", done, "of", steps, round(time.time() - start), "s", round(float(value), 3), flush=True)
        print(epoch + 1, round(time.time() - start), "s", evaluate(model, dev, index), evaluate(model, dev_names, index), flush=True)
        torch.save({"state": model.state_dict(), "labels": names}, options.out)


if __name__ == "__main__":
    main()
