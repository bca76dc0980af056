"""python -m polybius_training.export MODEL.pt NAMES.pt UD_FOLDER OUT.safetensors: quantizes a trained model and its branch for names for
crates/syntax. Run it in `training`, where the lists of the gazetteer are.

Weights become signed bytes with a scale an output, packed in the order in which the kernels read them; the input layer is multiplied
into the embedding tables; activations are seven bits, with a fixed step behind each layer normalization (chosen on development text for the
least squared error) and the largest value of the row elsewhere. Beside the weights go fixtures: every score of a few sentences, computed
here in double precision by the same quantized arithmetic, which crates/syntax/tests/parity.rs compares with the Rust code's."""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from . import conllu, names
from .features import rows
from .gazetteer import KINDS, Gazetteer, key
from .model import ARC, DEVICE, DISTANCES, LAYERS, Model, distance_bucket
from .train import batches, numbered, tensors, treebanks

ZERO, STEPS, BLOCK = 64, 63, 16  # twins of crates/syntax/src/kernels.rs
FIXTURES = [
    "Rebels attacked a police post near the border on Monday .",
    "The prime minister said he would n't attend Tuesday 's talks in Geneva .",
    "UN : 12,000 flee shelling",
    "“ We will respond , ” Gen. Özgür Yıldız told reporters …",
    "Brown of Eastport met John Brown ’s lawyer in Eastport , and BROWN left .",
]
TAGGERS = [name for name in Model.HEADS if name != "ner"]  # the branch has taken the place of the trunk's own tagger of names


class Linear:
    """Signed bytes (outputs, inputs) padded to whole blocks of outputs, a scale and a bias an output."""

    def __init__(self, weight, bias):
        pad = -len(weight) % BLOCK
        weight = np.pad(weight.astype(np.float64), ((0, pad), (0, 0)))
        self.bias = np.pad(bias.astype(np.float64), (0, pad)).astype(np.float32)
        self.scale = (np.maximum(np.abs(weight).max(1), 1e-8) / 127).astype(np.float32)
        self.weight = np.rint(weight / self.scale[:, None]).clip(-127, 127).astype(np.int8)

    def __call__(self, q, step):
        """`q`: whole numbers, zero at 0; `step`: their size, one or one a row."""
        return (q @ self.weight.T.astype(np.float64)) * self.scale * np.reshape(step, (-1, 1)) + self.bias

    def tensors(self, name, step=1.0):
        n, k = self.weight.shape
        packed = self.weight.reshape(n // BLOCK, BLOCK, k // 4, 4).transpose(0, 2, 1, 3)
        return {f"{name}.weight": np.ascontiguousarray(packed).reshape(-1),
                f"{name}.offset": (ZERO * self.weight.astype(np.int32).sum(1)).astype(np.int32),
                f"{name}.scale": (self.scale * np.float32(step)).astype(np.float32), f"{name}.bias": self.bias}


def stack(layers):
    """Linear layers of one input side by side, each padded to whole blocks."""
    padded = [(np.pad(w, ((0, -len(w) % BLOCK), (0, 0))), np.pad(b, (0, -len(b) % BLOCK))) for w, b in layers]
    return np.concatenate([w for w, _ in padded]), np.concatenate([b for _, b in padded])


def normalized(x):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


def quantize(x, steps):
    return np.rint(np.clip(x * steps, -STEPS, STEPS))


def leaky(x):
    return np.where(x > 0, x, 0.1 * x)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def dynamic(x):
    """Whole numbers and the size of a step of each row."""
    step = np.maximum(np.abs(x).max(-1), 1e-6) / STEPS
    return quantize(x, 1 / step[:, None]), step


class Quantized:
    """The network as crates/syntax runs it."""

    def __init__(self, model: Model, steps):
        value = lambda p: p.detach().numpy().astype(np.float64)
        encoder = model.encoder
        self.steps = np.asarray(steps, np.float32)
        self.input = value(encoder.input.bias).astype(np.float32)
        self.tables, self.scales, at = {}, {}, 0
        for name, table in encoder.tables.items():
            width = table.weight.shape[1]
            projected = value(table.weight) @ value(encoder.input.weight)[:, at:at + width].T
            at += width
            scale = (np.maximum(np.abs(projected).max(1), 1e-8) / 127).astype(np.float32)
            self.tables[name] = np.rint(projected / scale[:, None]).clip(-127, 127).astype(np.int8)
            self.scales[name] = scale
        pair = lambda layer: (value(layer.weight), value(layer.bias))
        self.layers = [Linear(*pair(layer.linear)) for layer in encoder.layers]
        parts = [*(model.tags[n] for n in TAGGERS), model.arc_dep, model.arc_head, model.rel_dep, model.rel_head]
        self.heads = Linear(*stack([pair(p) for p in parts]))
        self.starts = np.cumsum([0] + [p.out_features + -p.out_features % BLOCK for p in parts])
        self.labels = {n: model.tags[n].out_features for n in TAGGERS}
        self.arc, self.rel = Linear(*pair(model.arc)), Linear(*pair(model.rel))
        self.deprels = model.rel.out_features
        self.prior = value(model.prior.weight)[0].astype(np.float32)
        with torch.no_grad():
            self.arc_root = leaky(value(model.arc_head(model.root))).astype(np.float32)
            self.rel_root = value(model.rel_head(model.root)).astype(np.float32)

    def tensors(self):
        out = {"input.bias": self.input, "steps": self.steps, "prior": self.prior, "arc_root": self.arc_root,
               "rel_root": self.rel_root}
        for name in self.tables:
            out[f"table.{name}"], out[f"table.{name}.scale"] = self.tables[name].reshape(-1), self.scales[name]
        for i, layer in enumerate(self.layers):
            out |= layer.tensors(f"layer.{i}", 1 / self.steps[i])
        return out | self.heads.tensors("heads", 1 / self.steps[-1]) | self.arc.tensors("arc") | self.rel.tensors("rel")

    def scores(self, forms):
        """Every score of one sentence, relations for each word's best head; then the words as they go into the first layer and as they leave
        the last, in activation steps."""
        x = np.tile(self.input.astype(np.float64), (len(forms), 1))
        for i, form in enumerate(forms):
            names = list(self.tables)
            for name, row in zip([names[0], *names], rows(form)):
                x[i] += self.tables[name][row] * np.float64(self.scales[name][row])
        first = quantize(normalized(x), self.steps[0])
        x = run(LAYERS, self.layers, self.steps, x)
        encoded = quantize(normalized(x), self.steps[-1])
        merged = self.heads(encoded, 1 / self.steps[-1])
        part = lambda k: merged[:, self.starts[k]:self.starts[k + 1]]
        scores = {n: part(k)[:, :self.labels[n]] for k, n in enumerate(TAGGERS)}
        wanted = self.arc(*dynamic(leaky(part(3))))
        candidates = np.concatenate([self.arc_root[None], leaky(part(4))])
        scores["head"] = wanted[:, :ARC] @ candidates.T + candidates @ self.prior
        place = torch.arange(len(forms))
        bucket = distance_bucket(place.unsqueeze(0) - place.unsqueeze(1)).numpy()
        scores["head"][:, 1:] += np.take_along_axis(wanted[:, ARC:ARC + 2 * DISTANCES], bucket, 1)
        heads = scores["head"].argmax(1)
        scores["deprel"] = self.rel(*dynamic(leaky(part(5) + np.concatenate([self.rel_root[None], part(6)])[heads])))
        scores["deprel"] = scores["deprel"][:, :self.deprels]
        return heads, scores, first, encoded


def run(kinds, layers, steps, x):
    """Gated convolutions and scans over one sentence."""
    width = x.shape[1]
    for kind, layer, step in zip(kinds, layers, steps):
        q = quantize(normalized(x), step)
        if kind == "c":
            q = np.pad(q, ((1, 1), (0, 0)))
            value, gate = np.split(layer(np.concatenate([q[:-2], q[1:-1], q[2:]], 1), 1 / step), 2, 1)
            x = x + value * sigmoid(gate)
        else:
            value, update, out = np.split(layer(q, 1 / step), 3, 1)
            states, half = np.zeros_like(value), width // 2
            for order, part in ((range(len(x)), slice(0, half)), (reversed(range(len(x))), slice(half, width))):
                state = np.zeros(half)
                for i in order:
                    state = state + sigmoid(update[i, part]) * (value[i, part] - state)
                    states[i, part] = state
            x = x + states * sigmoid(out)
    return x


class QuantizedBranch:
    """The branch for names as crates/syntax runs it."""

    def __init__(self, branch, gazetteer, steps, trunk_steps):
        value = lambda p: p.detach().numpy().astype(np.float64)
        pair = lambda layer: (value(layer.weight), value(layer.bias))
        self.steps, self.trunk_steps, self.gazetteer = np.asarray(steps, np.float32), trunk_steps, gazetteer
        self.encoded = Linear(*pair(branch.trunk))
        self.word = Linear(value(branch.word.weight), np.zeros(branch.word.out_features))
        self.known = value(branch.known.weight).T.astype(np.float32)
        self.layers = [Linear(*pair(layer.linear)) for layer in branch.layers]
        self.memory, self.tags = Linear(*pair(branch.memory)), Linear(*pair(branch.tags))

    def tensors(self):
        entries = sorted(self.gazetteer.items())
        out = {"names.steps": self.steps, "names.known": np.ascontiguousarray(self.known).reshape(-1),
               "gazetteer.keys": np.array([k for k, _ in entries], np.uint32), "gazetteer.bits": np.array([b for _, b in entries], np.uint32)}
        out |= self.encoded.tensors("names.encoded", 1 / self.trunk_steps[-1]) | self.word.tensors("names.word", 1 / self.trunk_steps[0])
        for i, layer in enumerate(self.layers):
            out |= layer.tensors(f"names.layer.{i}", 1 / self.steps[i])
        return out | self.memory.tensors("names.memory", 1 / self.steps[-2]) | self.tags.tensors("names.tags", 1 / self.steps[-1])

    def scores(self, forms, first, encoded):
        """Scores of the tags of a sentence that is its whole document."""
        x = self.encoded(encoded, 1 / self.trunk_steps[-1]) + self.word(first, 1 / self.trunk_steps[0])
        bits = np.array([[self.gazetteer.bits(f) >> k & 1 for k in range(len(KINDS))] for f in forms])
        x = run(names.BRANCH_LAYERS, self.layers[:names.MEMORY], self.steps, x + bits @ self.known.astype(np.float64))
        cells = {}
        for i, form in enumerate(forms):
            if form[:1].isupper():
                cells.setdefault(key(form), []).append(i)
        for cell in (c for c in cells.values() if len(c) > 1):
            x[cell] = x[cell] + self.memory(quantize(normalized(x[cell].mean(0, keepdims=True)), self.steps[-2]), 1 / self.steps[-2])
        x = run(names.BRANCH_LAYERS[names.MEMORY:], self.layers[names.MEMORY:], self.steps[names.MEMORY:], x)
        return self.tags(quantize(normalized(x), self.steps[-1]), 1 / self.steps[-1])[:, :len(names.TAGS)]


def best_steps(values):
    """Activation steps to one standard deviation with the least squared error."""
    error = lambda clip: float(((values * (STEPS / clip)).clamp(-STEPS, STEPS).round() * (clip / STEPS) - values).square().mean())
    return STEPS / min((2 + 0.25 * i for i in range(50)), key=error)


@torch.no_grad()
def calibrate_branch(branch, documents):
    """Steps before each layer, before the memory and before the tags."""
    norms = [*branch.norms, branch.recall, branch.output]
    seen = [[] for _ in norms]
    hooks = [norm.register_forward_hook(lambda _, __, out, k=k: seen[k].append(out)) for k, norm in enumerate(norms)]
    for document in documents:
        inputs, _, _ = names.packed([document])
        before = [len(s) for s in seen]
        branch(*inputs)
        for s, b in zip(seen, before):
            s[b:] = [t[inputs[3]] for t in s[b:]]
    for hook in hooks:
        hook.remove()
    return [best_steps(torch.cat(s)) for s in seen]


@torch.no_grad()
def calibrate(model, sentences, index):
    """Activation steps to one standard deviation before each layer and before the heads: those of the least squared error."""
    seen = [[] for _ in range(len(LAYERS) + 1)]
    norms = [*model.encoder.norms, model.encoder.output]
    hooks = [norm.register_forward_hook(lambda _, __, out, k=k: seen[k].append(out)) for k, norm in enumerate(norms)]
    for batch in batches(sentences, 2000, False):
        x, mask, *_ = tensors(batch, index, model.encoder)
        before = [len(s) for s in seen]
        model.encoder(x, mask)
        for s, b in zip(seen, before):
            s[b:] = [t[mask] for t in s[b:]]
    for hook in hooks:
        hook.remove()
    return [best_steps(torch.cat(s)) for s in seen]


def vocabulary(sentences):
    """Lemmas of nouns, verbs, adjectives and adverbs: the Rust code prefers a lemma that is one of them."""
    return sorted({l for s in sentences for l, u in zip(s.lemmas, s.upos) if u in ("NOUN", "VERB", "ADJ", "ADV") and l.isalpha()})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("names", type=Path)
    parser.add_argument("ud", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    labels = torch.load(options.model, map_location=DEVICE)["labels"]
    model = names.load_trunk(options.model)
    sentences = conllu.read(options.ud / "ewt/dev.conllu")[::5] + conllu.read(options.ud / "gum/dev.conllu")[::5]
    gazetteer, branch = Gazetteer(Path("."), Path("../lexicon/actors")), names.Branch()
    branch.load_state_dict(torch.load(options.names, map_location=DEVICE))
    branch.eval()
    documents = names.with_encodings(model, conllu.read(options.ud / "gum/dev.conllu"), gazetteer)[::3]
    own_steps = calibrate_branch(branch, documents)
    steps = calibrate(model, sentences, numbered(labels))
    network = Quantized(model.cpu(), steps)
    quantized = QuantizedBranch(branch.cpu(), gazetteer, own_steps, network.steps)
    print("steps", network.steps, quantized.steps)
    split = names.BRANCH_LAYERS[:names.MEMORY] + " " + names.BRANCH_LAYERS[names.MEMORY:]
    save_file(network.tensors() | quantized.tensors(), options.out,
              metadata={"labels": json.dumps(labels | {"ner": names.TAGS}), "layers": LAYERS, "names": split,
                        "vocabulary": json.dumps(vocabulary(treebanks(options.ud)[0]))})
    fixtures = []
    for text in FIXTURES:
        heads, scores, first, encoded = network.scores(text.split())
        scores["ner"] = quantized.scores(text.split(), first, encoded)
        fixtures.append({"forms": text.split(), "heads": heads.tolist(),
                         "scores": {k: [[round(v, 5) for v in r] for r in s.tolist()] for k, s in scores.items()}})
    options.out.with_suffix(".fixtures.json").write_text(json.dumps(fixtures, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
