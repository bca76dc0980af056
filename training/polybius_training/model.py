"""The syntax model: hashed word features, gated dilated convolutions, linear tagging heads, biaffine parsing heads
(Dozat & Manning 2017). The Rust twin is crates/syntax/src/network.rs."""
import torch
from torch import nn
from torch.nn import functional as F

from .features import TABLES, rows

WIDTHS = {"norm": 96, "prefix": 32, "suffix3": 48, "suffix2": 24, "shape": 24}
DILATIONS = (1, 1, 2, 4, 2, 1)
WIDTH, ARC, REL = 192, 128, 64


class Encoder(nn.Module):
    """(batch, length, 6) table rows -> (batch, length, WIDTH)."""

    ROWS, rows = 6, staticmethod(rows)

    def __init__(self, dropout: float):
        super().__init__()
        self.tables = nn.ModuleDict({k: nn.Embedding(TABLES[k], WIDTHS[k]) for k in TABLES})
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.3)
        self.input = nn.Linear(sum(WIDTHS.values()), WIDTH)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in DILATIONS)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(WIDTH, 2 * WIDTH, 3, padding=d, dilation=d) for d in DILATIONS)
        self.output = nn.LayerNorm(WIDTH)
        self.dropout = nn.Dropout(dropout)

    def forward(self, rows, mask, word_dropout: float = 0.0):
        t = self.tables
        norm = t["norm"](rows[..., 0]) + t["norm"](rows[..., 1])
        if word_dropout and self.training:
            norm = norm * (torch.rand(rows.shape[:2] + (1,)) >= word_dropout)
        x = torch.cat([norm, t["prefix"](rows[..., 2]), t["suffix3"](rows[..., 3]), t["suffix2"](rows[..., 4]),
                       t["shape"](rows[..., 5])], -1)
        keep = mask.unsqueeze(-1)
        x = self.input(self.dropout(x)) * keep
        for norm_layer, convolution in zip(self.norms, self.convolutions):
            y = self.dropout(norm_layer(x)) * keep
            x = x + F.glu(convolution(y.transpose(1, 2)).transpose(1, 2), -1) * keep
        return self.dropout(self.output(x))


class Model(nn.Module):
    """Scores of every layer of annotation from one encoding."""

    def __init__(self, upos: int, feats: int, lemmas: int, deprels: int, dropout: float = 0.3, encoder=None):
        super().__init__()
        self.encoder = encoder or Encoder(dropout)
        self.upos, self.feats, self.lemma = nn.Linear(WIDTH, upos), nn.Linear(WIDTH, feats), nn.Linear(WIDTH, lemmas)
        self.root = nn.Parameter(torch.randn(WIDTH) * 0.3)
        self.arc_dep, self.arc_head = nn.Linear(WIDTH, ARC), nn.Linear(WIDTH, ARC)
        self.rel_dep, self.rel_head = nn.Linear(WIDTH, REL), nn.Linear(WIDTH, REL)
        self.arc = nn.Parameter(torch.zeros(ARC + 1, ARC))  # the last row scores a word as head by itself
        self.rel = nn.Parameter(torch.zeros(REL + 1, deprels * (REL + 1)))
        nn.init.xavier_uniform_(self.arc), nn.init.xavier_uniform_(self.rel)
        self.dropout = nn.Dropout(dropout)
        self.deprels = deprels

    def arcs(self, x, mask):
        """(batch, length, length + 1): score of each head for each word; head 0 is the root."""
        heads = torch.cat([self.root.expand(x.shape[0], 1, -1), x], 1)
        dep = self.dropout(F.leaky_relu(self.arc_dep(x), 0.1))
        head = self.dropout(F.leaky_relu(self.arc_head(heads), 0.1))
        scores = (dep @ self.arc[:-1]) @ head.transpose(1, 2) + (head @ self.arc[-1]).unsqueeze(1)
        seen = torch.cat([torch.ones_like(mask[:, :1]), mask], 1)
        return scores.masked_fill(~seen.unsqueeze(1), -1e9), heads

    def relations(self, x, heads, index):
        """(batch, length, deprels): scores of the relation of each word to the head at `index` (0 = root)."""
        ones = lambda t: torch.cat([t, torch.ones_like(t[..., :1])], -1)
        dep = ones(self.dropout(F.leaky_relu(self.rel_dep(x), 0.1)))
        chosen = heads.gather(1, index.unsqueeze(-1).expand(-1, -1, heads.shape[-1]))
        head = ones(self.dropout(F.leaky_relu(self.rel_head(chosen), 0.1)))
        mixed = (dep @ self.rel).view(*dep.shape[:2], self.deprels, REL + 1)
        return (mixed * head.unsqueeze(2)).sum(-1)

    def forward(self, rows, mask, index, word_dropout: float = 0.0):
        x = self.encoder(rows, mask, word_dropout)
        arcs, heads = self.arcs(x, mask)
        return self.upos(x), self.feats(x), self.lemma(x), arcs, self.relations(x, heads, index)
