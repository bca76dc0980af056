//! Lists the files of `lexicon/` so that they are compiled in: adding a file needs no change of code.

use std::path::Path;
use std::{env, fs};

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../lexicon").canonicalize().unwrap();
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let mut out = String::from(
        "/// Path below `lexicon/` and contents of every lexicon file.\npub(crate) static FILES: &[(&str, &str)] = &[\n",
    );
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        out.push_str(&format!("    ({name:?}, include_str!({:?})),\n", file.to_str().unwrap()));
    }
    out.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("lexicon_files.rs"), out).unwrap();
}

fn walk(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "tsv" || e == "toml") {
            files.push(path);
        }
    }
}
