"""python -m polybius_training.silver TEACHER.pt ENCODER_FOLDER TOKENS.conllu OUT.conllu: replaces the annotation of tokenized text
(`polybius parse` writes it) by the teacher's, with the probabilities of its likeliest heads and relations in MISC (`Heads`, `Rels`) and
its names (`NE`), and drops what is no tree or what the teacher is unsure of."""
import argparse
import math
from pathlib import Path

import torch

from . import conllu
from .features import lemma_script
from .model import DEVICE, Model
from .teacher import PretrainedEncoder
from .train import batches, joined_names, numbered, tagged, tensors


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
    parser.add_argument("--least", type=float, default=0.7, help="lowest geometric mean of the heads' probabilities")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    saved = torch.load(options.teacher, map_location=DEVICE)
    names = saved["labels"]
    index, deprels = numbered(names), names["deprel"]
    model = Model({n: len(v) for n, v in names.items()}, encoder=PretrainedEncoder(options.encoder, 0.0))
    model.load_state_dict(saved["state"])
    model.to(DEVICE).eval()
    seen, sentences = set(), []
    for s in conllu.read(options.tokens):
        text = " ".join(s.forms)
        if 4 <= len(s.forms) <= 60 and text not in seen and "{" not in text:
            seen.add(text)
            sentences.append(s)
    kept, done = 0, 0
    with options.out.open("w", encoding="utf-8") as out:
        for batch in batches(sentences, 3000, True):
            x, mask, *_ = tensors(batch, index, model.encoder)
            with torch.autocast(DEVICE.type, torch.bfloat16):
                encoded = model.encoder(x, mask)
                arcs, heads = model.arcs(encoded, mask)
                best = arcs.argmax(-1)
                rels = model.relations(encoded, heads, best).softmax(-1)
                tags = {name: head(encoded).argmax(-1) for name, head in model.tags.items()}
                ner = model.tags["ner"](encoded).float().softmax(-1)
            arcs = arcs.softmax(-1)
            sure = arcs.max(-1).values.log()
            likely = {"Heads": [t.tolist() for t in arcs.topk(min(4, arcs.shape[-1]))], "Rels": [t.tolist() for t in rels.topk(4)]}
            for b, s in enumerate(batch):
                n = len(s.forms)
                head = best[b, :n].tolist()
                done += 1
                if float(sure[b, :n].mean()) < math.log(options.least) or not is_tree(head):
                    continue
                kept += 1
                found = joined_names(ner[b, :n].tolist(), names["ner"], head, [names["upos"][k] for k in tags["upos"][b, :n].tolist()])
                entities = tagged(found, n)
                for i, form in enumerate(s.forms):
                    label = lambda name: names[name][int(tags[name][b, i])]
                    soft = lambda name: [(k, p) for p, k in zip(*(t[b][i] for t in likely[name])) if p >= 0.005]
                    relation = "root" if head[i] == 0 else deprels[soft("Rels")[0][0]]
                    extra = (f"NE={entities[i]}|Heads={','.join(f'{k}:{p:.3f}' for k, p in soft('Heads'))}"
                             f"|Rels={','.join(f'{deprels[k]}:{p:.3f}' for k, p in soft('Rels'))}")
                    print(i + 1, form, apply(label("lemma"), form), label("upos"), "_",
                          label("feats"), head[i], relation, "_", extra, sep="\t", file=out)
                print(file=out)
            if done // 6000 != (done - len(batch)) // 6000:
                print(" ", done, "of", len(sentences), flush=True)
    print(kept, "of", len(sentences), "sentences kept", flush=True)


if __name__ == "__main__":
    main()
