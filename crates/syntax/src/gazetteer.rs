//! What is known of single words: as which part of which kind of name they occur in the lists that the model was trained with. The Python
//! twin is `training/polybius_training/gazetteer.py`.

use crate::features;
use crate::model::ModelError;
use crate::network::Reader;
use safetensors::Dtype;

/// The number that stands for a word with a capital, whatever its case; `None` for any other.
pub(crate) fn key(form: &str) -> Option<u32> {
    form.starts_with(char::is_uppercase).then(|| features::key(form))
}

/// Keys of words in order, with a bit for each part of each kind of name.
#[derive(Debug)]
pub(crate) struct Gazetteer {
    keys: Vec<u32>,
    bits: Vec<u32>,
}

impl Gazetteer {
    pub(crate) fn load(reader: &Reader) -> Result<Self, ModelError> {
        let numbers = |name: &str| reader.numbers(name, Dtype::U32, u32::from_le_bytes);
        let (keys, bits) = (numbers("gazetteer.keys")?, numbers("gazetteer.bits")?);
        if keys.len() != bits.len() || !keys.is_sorted() {
            return Err(ModelError::Shape("gazetteer.keys".to_owned()));
        }
        Ok(Gazetteer { keys, bits })
    }

    pub(crate) fn bits(&self, key: u32) -> u32 {
        self.keys.binary_search(&key).map_or(0, |i| self.bits[i])
    }
}
