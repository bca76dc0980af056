"""The syntax model: hashed word features, an encoder of gated convolutions and gated scans, linear tagging heads, a biaffine arc
head (Dozat & Manning 2017) with distances, and a perceptron over dependent and head for relations (Kiperwasser & Goldberg 2016).
The Rust twin is crates/syntax/src/network.rs."""
import torch
from torch import nn
from torch.nn import functional as F

from .features import TABLES, rows

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
WIDTHS = {"norm": 96, "prefix": 32, "suffix3": 48, "suffix2": 24, "shape": 24}
WIDTH, ARC, REL = 256, 128, 128
LAYERS = "cscscs"  # c: gated convolution over a window of three; s: gated scan over the whole sentence
DISTANCES = 8  # buckets of the distance to a head, on each side: 1, 2, 3, 4, 5-7, 8-12, 13-20, more


def distance_bucket(distance: torch.Tensor) -> torch.Tensor:
    """Bucket of `head - dependent`: 0..7 to the left, 8..15 to the right."""
    size = distance.abs()
    edges = torch.tensor([2, 3, 4, 5, 8, 13, 21], device=distance.device)
    return torch.bucketize(size, edges, right=True) + DISTANCES * (distance > 0)


class SharedDropout(nn.Module):
    """Dropout of (batch, length, channels) with one mask for all words of a sentence (Gal & Ghahramani 2016)."""

    def __init__(self, p: float):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or not self.p:
            return x
        mask = torch.empty(x.shape[0], 1, x.shape[2], dtype=x.dtype, device=x.device).bernoulli_(1 - self.p)
        return x * (mask / (1 - self.p))


class Convolution(nn.Module):
    """y[i] = value · sigmoid(gate), both linear in the words i - 1, i, i + 1."""

    def __init__(self, width: int):
        super().__init__()
        self.linear = nn.Linear(3 * width, 2 * width)

    def forward(self, x, keep):
        pad = torch.zeros_like(x[:, :1])
        window = torch.cat([torch.cat([pad, x[:, :-1]], 1), x, torch.cat([x[:, 1:], pad], 1)], -1)
        return F.glu(self.linear(window).float(), -1)


class Scan(nn.Module):
    """c[i] = c[i - 1] + sigmoid(z) · (v - c[i - 1]); y[i] = c[i] · sigmoid(o); the first half of the channels runs from the left,
    the second from the right (minimal gated recurrence: Feng et al. 2024, and SRU: Lei et al. 2018)."""

    def __init__(self, width: int):
        super().__init__()
        self.linear = nn.Linear(width, 3 * width)
        with torch.no_grad():
            self.linear.bias[width:2 * width] += torch.linspace(-2.5, 1, width // 2).repeat(2)

    def forward(self, x, keep):
        value, update, out = self.linear(x).float().chunk(3, -1)
        value, update = value * keep, torch.where(keep, torch.sigmoid(update), 1)  # a gap between sentences clears the state
        half = x.shape[-1] // 2
        turn = lambda t: torch.cat([t[..., :half], t[..., half:].flip(1)], -1)
        state, states = torch.zeros_like(value[:, 0]), []
        for v, u in zip(turn(value).unbind(1), turn(update).unbind(1)):
            state = torch.lerp(state, v, u)
            states.append(state)
        return turn(torch.stack(states, 1)) * torch.sigmoid(out)


class Encoder(nn.Module):
    """(batch, length, 6) table rows -> (batch, length, WIDTH)."""

    ROWS, rows, width = 6, staticmethod(rows), WIDTH

    def __init__(self, dropout: float):
        super().__init__()
        self.tables = nn.ModuleDict({k: nn.Embedding(TABLES[k], WIDTHS[k]) for k in TABLES})
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.3)
        self.input = nn.Linear(sum(WIDTHS.values()), WIDTH)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH, elementwise_affine=False) for _ in LAYERS)
        self.layers = nn.ModuleList({"c": Convolution, "s": Scan}[kind](WIDTH) for kind in LAYERS)
        self.output = nn.LayerNorm(WIDTH, elementwise_affine=False)
        self.dropout = SharedDropout(dropout)

    def forward(self, rows, mask, word_dropout: float = 0.0):
        t = self.tables
        norm = t["norm"](rows[..., 0]) + t["norm"](rows[..., 1])
        if word_dropout and self.training:
            norm = norm * (torch.rand(rows.shape[:2] + (1,), device=rows.device) >= word_dropout)
        x = torch.cat([norm, t["prefix"](rows[..., 2]), t["suffix3"](rows[..., 3]), t["suffix2"](rows[..., 4]),
                       t["shape"](rows[..., 5])], -1)
        keep = mask.unsqueeze(-1)
        x = self.input(self.dropout(x)).float() * keep
        for norm_layer, layer in zip(self.norms, self.layers):
            x = x + layer(self.dropout(norm_layer(x)) * keep, keep) * keep
        return self.dropout(self.output(x))


class Model(nn.Module):
    """Scores of every layer of annotation from one encoding."""

    HEADS = ("upos", "feats", "lemma", "ner")

    def __init__(self, sizes: dict[str, int], dropout: float = 0.3, encoder=None):
        """`sizes`: the number of labels of upos, feats, lemma, ner and deprel."""
        super().__init__()
        self.encoder = encoder or Encoder(dropout)
        width = self.encoder.width
        self.tags = nn.ModuleDict({name: nn.Linear(width, sizes[name]) for name in self.HEADS})
        self.root = nn.Parameter(torch.randn(width) * 0.3)
        self.arc_dep, self.arc_head = nn.Linear(width, ARC), nn.Linear(width, ARC)
        self.rel_dep, self.rel_head = nn.Linear(width, REL), nn.Linear(width, REL)
        self.arc = nn.Linear(ARC, ARC + 2 * DISTANCES)  # of a dependent: what its head looks like, and how far off it is
        self.prior = nn.Linear(ARC, 1, bias=False)  # how likely a word is a head at all
        self.rel = nn.Linear(REL, sizes["deprel"])
        self.dropout = SharedDropout(dropout)

    def arcs(self, x, mask):
        """(batch, length, length + 1): score of each head for each word; head 0 is the root."""
        heads = torch.cat([self.root.expand(x.shape[0], 1, -1), x], 1)
        dep = self.dropout(F.leaky_relu(self.arc_dep(x), 0.1))
        head = self.dropout(F.leaky_relu(self.arc_head(heads), 0.1))
        wanted = self.arc(dep)
        scores = (wanted[..., :ARC] @ head.transpose(1, 2)).float() + self.prior(head).transpose(1, 2).float()
        n = x.shape[1]
        place = torch.arange(n, device=x.device)
        bucket = distance_bucket(place.unsqueeze(0) - place.unsqueeze(1))
        near = wanted[..., ARC:].float().gather(2, bucket.expand(x.shape[0], -1, -1))
        scores = scores + F.pad(near, (1, 0))
        seen = torch.cat([torch.ones_like(mask[:, :1]), mask], 1)
        return scores.masked_fill(~seen.unsqueeze(1), -1e9), heads

    def relations(self, x, heads, index):
        """(batch, length, deprels): scores of the relation of each word to the head at `index` (0 = root)."""
        head = self.rel_head(heads)
        chosen = head.gather(1, index.unsqueeze(-1).expand(-1, -1, head.shape[-1]))
        return self.rel(self.dropout(F.leaky_relu(self.rel_dep(x) + chosen, 0.1))).float()

    def forward(self, rows, mask, index, word_dropout: float = 0.0):
        """Scores by name: the four taggers, `head` and `deprel` (of the head at `index`)."""
        x = self.encoder(rows, mask, word_dropout)
        arcs, heads = self.arcs(x, mask)
        scores = {name: self.tags[name](x).float() for name in self.HEADS}
        return scores | {"head": arcs, "deprel": self.relations(x, heads, index)}
