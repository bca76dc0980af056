//! `polybius explain`

use crate::{Cli, InputArgs, inputs};
use anyhow::Result;
use clap::CommandFactory;
use clap::error::ErrorKind;
use std::io::Write;

/// Returns whether all inputs were explained.
pub fn run(args: &InputArgs, why_not: Option<&str>, trees: bool) -> Result<bool> {
    let coder = inputs::coder(args)?;
    if let Some(unknown) = why_not.and_then(|category| coder.category(category).err()) {
        Cli::command().error(ErrorKind::InvalidValue, unknown).exit();
    }
    let mut out = std::io::stdout().lock();
    let (mut complete, mut outcome) = (true, Ok(()));
    inputs::articles(args, &mut |read| match read {
        Ok(article) if outcome.is_ok() => {
            let heading = article.title.as_deref().unwrap_or(&article.id);
            outcome = coder
                .explain(&article, trees, why_not)
                .map_err(anyhow::Error::from)
                .and_then(|text| Ok(writeln!(out, "{heading}\n\n{text}")?));
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
