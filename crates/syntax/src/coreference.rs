//! Documents with coreference, read from CoNLL-U as GUM has it (<https://wiki.gucorpling.org/gum/entities>).

use crate::conllu::ConlluError;
use crate::names::mentions;
use std::collections::HashMap;

/// Words `start` to `end` (exclusive) of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub struct WordSpan {
    pub sentence: usize,
    pub start: usize,
    pub end: usize,
}

/// A sentence of such a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CoreferenceSentence {
    /// Its words.
    pub forms: Vec<String>,
    /// Does it open a paragraph (`# newpar`)?
    pub opens_paragraph: bool,
    /// Who speaks it, in a transcript (`# speaker`).
    pub speaker: Option<String>,
}

/// A document and its entities.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CoreferenceDocument {
    /// From `# newdoc id`.
    pub id: String,
    /// From `# meta::genre`.
    pub genre: Option<String>,
    /// In order.
    pub sentences: Vec<CoreferenceSentence>,
    /// The mentions of each entity, those with a single mention included, in the order of their first mentions' ends.
    pub entities: Vec<Vec<WordSpan>>,
}

/// Reads documents with the entities that the `Entity` attributes in MISC mark (mentions within a sentence; bridging and split antecedents
/// are passed over).
pub fn read_coreference(text: &str) -> Result<Vec<CoreferenceDocument>, ConlluError> {
    let mut documents: Vec<CoreferenceDocument> = Vec::new();
    let mut groups: HashMap<String, usize> = HashMap::new();
    let mut sentence = CoreferenceSentence::default();
    let mut marks: Vec<String> = Vec::new();
    for (number, line) in text.lines().chain([""]).enumerate() {
        if let Some(comment) = line.strip_prefix("# ") {
            if let Some(id) = comment.strip_prefix("newdoc id = ") {
                documents.push(CoreferenceDocument { id: id.to_owned(), ..CoreferenceDocument::default() });
                groups.clear();
            }
            sentence.opens_paragraph |= comment.starts_with("newpar");
            if let Some(name) = comment.strip_prefix("speaker = ") {
                sentence.speaker = Some(name.to_owned());
            }
            if let (Some(genre), Some(document)) = (comment.strip_prefix("meta::genre = "), documents.last_mut()) {
                document.genre = Some(genre.to_owned());
            }
        } else if line.trim().is_empty() {
            if sentence.forms.is_empty() {
                continue;
            }
            if documents.is_empty() {
                documents.push(CoreferenceDocument::default());
            }
            let Some(document) = documents.last_mut() else { continue };
            let index = document.sentences.len();
            for m in mentions(&marks) {
                let entity = *groups.entry(m.group).or_insert(document.entities.len());
                if entity == document.entities.len() {
                    document.entities.push(Vec::new());
                }
                document.entities[entity].push(WordSpan { sentence: index, start: m.start, end: m.end });
            }
            document.sentences.push(std::mem::take(&mut sentence));
            marks.clear();
        } else if !line.starts_with('#') {
            let columns: Vec<&str> = line.split('\t').collect();
            let [id, form, .., misc] = columns[..] else {
                let what = format!("ten columns separated by tabs are needed, this line has {}", columns.len());
                return Err(ConlluError { line: number + 1, what });
            };
            if id.contains(['-', '.']) {
                continue;
            }
            sentence.forms.push(form.to_owned());
            let entity = misc.split('|').find_map(|a| a.strip_prefix("Entity="));
            marks.push(entity.unwrap_or("").to_owned());
        }
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_have_their_entities() {
        let row = |i: usize, form: &str, misc: &str| format!("{i}\t{form}\t_\t_\t_\t_\t0\troot\t_\t{misc}\n");
        let text = [
            "# newdoc id = d1\n# meta::genre = news\n# newpar\n".to_owned(),
            row(1, "Ada", "Entity=(1-person-new-cf1-1-coref)|SpaceAfter=No"),
            row(2, "'s", "_"),
            row(3, "house", "_"),
            "\n# speaker = Bob\n".to_owned(),
            row(1, "Her", "Entity=(2-place-new-cf1-2-sgl(1-person-giv-cf1-1-ana)"),
            row(2, "garden", "Entity=2)"),
            "\n# newdoc id = d2\n".to_owned(),
            row(1, "It", "Entity=(1-object-giv-cf1-1-ana)"),
        ];
        let documents = read_coreference(&text.concat()).unwrap();
        let span = |sentence, start, end| WordSpan { sentence, start, end };
        assert_eq!(documents.len(), 2);
        assert_eq!((documents[0].id.as_str(), documents[0].genre.as_deref()), ("d1", Some("news")));
        assert_eq!(documents[0].entities, [vec![span(0, 0, 1), span(1, 0, 1)], vec![span(1, 0, 2)]]);
        assert_eq!(documents[0].sentences[1].speaker.as_deref(), Some("Bob"));
        assert!(documents[0].sentences[0].opens_paragraph && !documents[0].sentences[1].opens_paragraph);
        assert_eq!(documents[1].entities, [vec![span(0, 0, 1)]]);
        assert_eq!(read_coreference("1\tHe").unwrap_err().line, 1);
    }
}
