//! `polybius serve`

use crate::ServeArgs;
use anyhow::{Context, Result};
use polybius_coder::{Coder, Lexicon, LexiconFiles};
use std::io::Write;
use std::net::SocketAddr;

pub fn run(args: &ServeArgs) -> Result<bool> {
    let (files, coder) = match &args.lexicon {
        Some(folder) => {
            let lexicon = Lexicon::with_folder(folder).context("the lexicon cannot be used")?;
            (LexiconFiles::with_folder(folder)?, Coder::with_lexicon(lexicon))
        }
        None => (LexiconFiles::built_in(), Coder::new()),
    };
    let (tables, _) = files.tables();
    let address = SocketAddr::new(args.address, args.port);
    // it lives as long as the program
    let coder: &'static Coder = Box::leak(Box::new(coder));
    let ready = |address: SocketAddr| {
        println!("http://{address}  (Ctrl-C ends it)");
        // whoever started it through a pipe waits for this line
        let _ = std::io::stdout().flush();
    };
    polybius_web::serve(&args.store, coder, &tables, address, args.token.clone(), ready)?;
    Ok(true)
}
