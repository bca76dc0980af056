"""python -m polybius_training.silver TEACHER.pt ENCODER_FOLDER TOKENS.conllu OUT.conllu: replaces the annotation of tokenized text
(`polybius parse` writes it) by the teacher's, and drops what is no tree or what the teacher is unsure of."""
import argparse
import math
from pathlib import Path

import torch

from . import conllu
from .features import lemma_script
from .model import Model
from .teacher import PretrainedEncoder
from .train import batches, tensors


def is_tree(heads: list[int]) -> bool:
    """Does every word lead to one single root?"""
    if heads.count(0) != 1:
        return False
    for word in range(1, len(heads) + 1):
        steps = 0
        while word and steps <= len(heads):
            word, steps = heads[word - 1], steps + 1
        if word:
            return False
    return True


def apply(script: str, form: str) -> str:
    """The lemma that a lemma script makes of a form."""
    base = form.lower() if script[0] == "L" else form
    digits = len(script[1:]) - len(script[1:].lstrip("0123456789"))
    cut = int(script[1:1 + digits])
    return base[:len(base) - cut] + script[1 + digits:] or base


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("teacher", type=Path)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("tokens", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--least", type=float, default=0.8, help="lowest geometric mean of the heads' probabilities")
    options = parser.parse_args()
    saved = torch.load(options.teacher)
    names = saved["labels"]
    index = {n: {v: i for i, v in enumerate(vs)} for n, vs in names.items()}
    model = Model(*(len(names[n]) for n in ("upos", "feats", "lemma", "deprel")),
                  encoder=PretrainedEncoder(options.encoder, 0.0))
    model.load_state_dict(saved["state"])
    model.eval()
    seen, sentences = set(), []
    for s in conllu.read(options.tokens):
        text = " ".join(s.forms)
        if 4 <= len(s.forms) <= 60 and text not in seen and "{" not in text:
            seen.add(text)
            sentences.append(s)
    kept = 0
    with options.out.open("w", encoding="utf-8") as out:
        for batch in batches(sentences, 4000, False):
            x, mask, _ = tensors(batch, index, model.encoder)
            encoded = model.encoder(x, mask)
            arcs, heads = model.arcs(encoded, mask)
            sure, best = arcs.log_softmax(-1).max(-1)
            deprel = model.relations(encoded, heads, best).argmax(-1)
            upos, feats, lemma = (f(encoded).argmax(-1) for f in (model.upos, model.feats, model.lemma))
            for b, s in enumerate(batch):
                n = len(s.forms)
                head = best[b, :n].tolist()
                if float(sure[b, :n].mean()) < math.log(options.least) or not is_tree(head):
                    continue
                kept += 1
                for i, form in enumerate(s.forms):
                    label = lambda name, t: names[name][int(t[b, i])]
                    relation = "root" if head[i] == 0 else label("deprel", deprel)
                    print(i + 1, form, apply(label("lemma", lemma), form), label("upos", upos), "_",
                          label("feats", feats), head[i], relation, "_", "_", sep="\t", file=out)
                print(file=out)
    print(kept, "of", len(sentences), "sentences kept", flush=True)


if __name__ == "__main__":
    main()
