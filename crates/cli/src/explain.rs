//! `polybius explain`

use crate::{InputArgs, inputs};
use anyhow::Result;
use std::io::Write;

/// Returns whether all inputs were explained.
pub fn run(args: &InputArgs) -> Result<bool> {
    let coder = inputs::coder(args)?;
    let mut out = std::io::stdout().lock();
    let (mut complete, mut outcome) = (true, Ok(()));
    inputs::articles(args, &mut |read| match read {
        Ok(article) if outcome.is_ok() => {
            let heading = article.title.as_deref().unwrap_or(&article.id);
            outcome = writeln!(out, "{heading}\n\n{}", coder.explain(&article));
        }
        Ok(_) => {}
        Err(message) => {
            complete = false;
            eprintln!("polybius: {message}");
        }
    });
    outcome?;
    Ok(complete)
}
