"""Polybius beside UDPipe 1 and spaCy, trained on the same treebank, in one table.

    cargo build --release
    pip install -r bench/syntax/requirements.txt
    python bench/syntax/compare.py UD_FOLDER

UD_FOLDER holds ewt/ with train.conllu, dev.conllu and test.conllu. UDPipe and spaCy are trained on EWT train (with one thread; the models are kept
in `--work`, so that a second run only times them); Polybius is the model that ships. All read EWT test with gold sentences and gold tokens, on one
thread; the time is that of tagging, lemmas and parsing, without loading. One scorer (`polybius eval-syntax GOLD SYSTEM`) scores all three.
UDPipe is trained with its default settings, but no tokenizer and `--udpipe-iterations` of its tagger (its default, 20, takes half an hour);
spaCy with its configuration for speed (width 96), `--spacy-steps` updates."""
import argparse
import os
import re
import subprocess
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ[name] = "1"

MEASURES = ("UPOS", "lemmas", "UAS", "LAS")


def read(path):
    """Sentences as lists of ten columns a word."""
    sentences = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        words = [line.split("\t") for line in block.splitlines() if line[:1].isdigit()]
        words = [w for w in words if w[0].isdigit()]
        if words:
            sentences.append(words)
    return sentences


def write(path, sentences):
    with path.open("w", encoding="utf-8") as out:
        for words in sentences:
            out.writelines("\t".join(w) + "\n" for w in words)
            out.write("\n")


def score(polybius, gold, system):
    """The measures in percent, by name."""
    text = subprocess.run([polybius, "eval-syntax", gold, system], check=True, capture_output=True, text=True).stdout
    return {m: float(re.search(rf"^{m}\s+([\d.]+)", text, re.M)[1]) for m in MEASURES}


def udpipe_model(ud, work, iterations):
    import ufal.udpipe as udpipe

    path = work / "ewt.udpipe"
    if not path.exists():
        def sentences(name):
            reader, out = udpipe.InputFormat.newConlluInputFormat(), udpipe.Sentences()
            reader.setText((ud / f"ewt/{name}.conllu").read_text(encoding="utf-8"))
            while True:
                sentence = udpipe.Sentence()
                if not reader.nextSentence(sentence):
                    return out
                out.append(sentence)

        error = udpipe.ProcessingError()
        data = udpipe.Trainer.train("morphodita_parsito", sentences("train"), sentences("dev"), udpipe.Trainer.NONE,
                                    f"iterations={iterations}", udpipe.Trainer.DEFAULT, error)
        if error.occurred():
            raise RuntimeError(error.message)
        path.write_bytes(bytes(data))
    return path


def run_udpipe(ud, work, gold, iterations):
    import ufal.udpipe as udpipe

    path = udpipe_model(ud, work, iterations)
    model = udpipe.Model.load(str(path))
    inputs = []
    for words in gold:
        sentence = udpipe.Sentence()
        for word in words:
            sentence.addWord(word[1])
        inputs.append(sentence)
    start = time.perf_counter()
    for sentence in inputs:
        model.tag(sentence, udpipe.Pipeline.DEFAULT)
        model.parse(sentence, udpipe.Pipeline.DEFAULT)
    seconds = time.perf_counter() - start
    rows = [[[str(w.id), w.form, w.lemma, w.upostag, "_", w.feats or "_", str(w.head), w.deprel, "_", "_"]
             for w in list(s.words)[1:]] for s in inputs]
    return rows, seconds, path.stat().st_size


def spacy_model(ud, work, steps):
    from spacy.cli.convert import convert
    from spacy.cli.init_config import init_config
    from spacy.cli.train import train

    best = work / "spacy/model-best"
    if not best.exists():
        for name in ("train", "dev"):
            convert(ud / f"ewt/{name}.conllu", work, file_type="spacy", converter="conllu", n_sents=10)
        config = init_config(lang="en", pipeline=["morphologizer", "trainable_lemmatizer", "parser"], optimize="efficiency")
        config["training"]["max_steps"] = steps
        config["training"]["patience"] = 0
        config["training"]["eval_frequency"] = 1000
        config.to_disk(work / "spacy.cfg")
        train(work / "spacy.cfg", work / "spacy",
              overrides={"paths.train": str(work / "train.spacy"), "paths.dev": str(work / "dev.spacy")})
    return best


def run_spacy(ud, work, gold, steps):
    import spacy
    from spacy.tokens import Doc

    path = spacy_model(ud, work, steps)
    nlp = spacy.load(path)
    docs = [Doc(nlp.vocab, words=[w[1] for w in words], sent_starts=[i == 0 for i in range(len(words))]) for words in gold]
    start = time.perf_counter()
    docs = list(nlp.pipe(docs, batch_size=256))
    seconds = time.perf_counter() - start

    def row(token):
        root = token.head.i == token.i
        return [str(token.i + 1), token.text, token.lemma_ or "_", token.pos_ or "X", "_", str(token.morph) or "_",
                "0" if root else str(token.head.i + 1), "root" if root else token.dep_ or "dep", "_", "_"]

    return [[row(t) for t in doc] for doc in docs], seconds, sum(f.stat().st_size for f in path.rglob("*") if f.is_file())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ud", type=Path)
    parser.add_argument("--work", type=Path, default=Path("target/bench-syntax"))
    parser.add_argument("--polybius", type=Path, default=Path("target/release/polybius"))
    parser.add_argument("--udpipe-iterations", type=int, default=8)
    parser.add_argument("--spacy-steps", type=int, default=4000)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    weights = Path(__file__).parents[2] / "model/syntax.safetensors"
    test = options.ud / "ewt/test.conllu"
    gold = read(test)
    words = sum(map(len, gold))
    table = []
    for name, run in (("UDPipe 1", lambda: run_udpipe(options.ud, options.work, gold, options.udpipe_iterations)),
                      ("spaCy", lambda: run_spacy(options.ud, options.work, gold, options.spacy_steps))):
        rows, seconds, size = run()
        system = options.work / f"{name.split()[0]}.conllu"
        write(system, rows)
        plain = options.work / "gold.conllu"
        write(plain, gold)
        table.append((name, score(options.polybius, plain, system), words / seconds, size))
    text = subprocess.run([options.polybius, "eval-syntax", test], check=True, capture_output=True, text=True).stdout
    ours = {m: float(re.search(rf"^{m}\s+([\d.]+)", text, re.M)[1]) for m in MEASURES}
    table.append(("Polybius", ours, float(re.search(r"([\d.]+) words a second", text)[1]), weights.stat().st_size))
    print(f"{'':10}" + "".join(f"{m:>8}" for m in MEASURES) + f"{'words/s':>10}{'MB':>7}")
    for name, scores, rate, size in table:
        print(f"{name:10}" + "".join(f"{scores[m]:8.2f}" for m in MEASURES) + f"{rate:10.0f}{size / 1e6:7.1f}")


if __name__ == "__main__":
    main()
