//! What all pages have in common.

use crate::assets::VERSION;
use maud::{DOCTYPE, Markup, html};

/// A page but for its body.
#[derive(Default)]
pub(crate) struct Page<'p> {
    /// Its heading, and its title in the browser.
    pub(crate) title: &'p str,
    /// A word above the heading.
    pub(crate) kicker: Option<&'p str>,
    /// Its address in the menu.
    pub(crate) here: &'p str,
    /// Has it no menu?
    pub(crate) bare: bool,
}

const MENU: [(&str, &str); 4] =
    [("/", "Overview"), ("/search", "Search"), ("/explain", "Explain"), ("/quality", "Data quality")];

pub(crate) fn page(about: Page, body: Markup) -> Markup {
    let version = VERSION.as_str();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (about.title) " – Polybius" }
                link rel="stylesheet" href={ "/assets/style.css?v=" (version) };
                link rel="icon" href={ "/assets/icon.svg?v=" (version) } type="image/svg+xml";
                script src={ "/assets/site.js?v=" (version) } defer {}
            }
            body {
                a.skip href="#main" { "To the content" }
                header.top {
                    div.wrap {
                        a.name href="/" { "Polybius" }
                        @if !about.bare {
                            nav aria-label="Pages" {
                                @for (address, name) in MENU {
                                    a href=(address) aria-current=[(address == about.here).then_some("page")] { (name) }
                                }
                            }
                        }
                    }
                }
                main #main.wrap {
                    @if let Some(kicker) = about.kicker { p.kicker { (kicker) } }
                    h1 { (about.title) }
                    (body)
                }
                footer.wrap {
                    p {
                        "Coded by machine from the words of the news; every event leads to its evidence. "
                        a href="/api" { "API" }
                    }
                }
            }
        }
    }
}
