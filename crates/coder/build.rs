//! Compiles `lexicon/` in: the files as they are, so that adding one needs no change of code, and the tables of actors as an index that
//! opens without being read.

use polybius_actors::{File, Index, Problem, Tables};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../lexicon").canonicalize().unwrap();
    println!("cargo::rerun-if-changed={}", root.display());
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    let mut listed = String::from(
        "/// Path below `lexicon/` and contents of every lexicon file.\npub(crate) static FILES: &[(&str, &str)] = &[\n",
    );
    let mut files = Vec::new();
    for path in paths {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        listed.push_str(&format!("    ({name:?}, include_str!({:?})),\n", path.to_str().unwrap()));
        files.push(File::new(&name, &fs::read_to_string(&path).unwrap()));
    }
    listed.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    fs::write(out.join("lexicon_files.rs"), listed).unwrap();
    fs::write(out.join("actors.image"), actors(&files)).unwrap();
}

fn actors(files: &[File]) -> Vec<u8> {
    let ontology = files.iter().find(|f| f.name == "ontology.toml").expect("lexicon/ontology.toml");
    let ontology: toml::Table = ontology.text.parse().expect("lexicon/ontology.toml");
    let sectors: Vec<&str> = ontology["sectors"].as_table().unwrap().keys().map(String::as_str).collect();
    let (tables, problems) = Tables::read(files, &sectors);
    let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert!(problems.is_empty(), "lexicon/ has errors:\n{}", problems.join("\n"));
    Index::image(&tables)
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, paths);
        } else if path.extension().is_some_and(|e| e == "tsv" || e == "toml") {
            paths.push(path);
        }
    }
}
