//! Irregular English verb forms, which lemma scripts learned from a few examples cannot cover.

/// Forms (past and participle, where they differ) and their lemma.
const FORMS: &str = "arose arise|arisen arise|awoke awake|bade bid|beaten beat|became become|began begin|begun begin|bent bend|bitten bite|bled bleed|blew blow|blown blow|bore bear|borne bear|bought buy|bound bind|broke break|broken break|brought bring|built build|burnt burn|caught catch|chose choose|chosen choose|clung cling|dealt deal|drawn draw|drew draw|driven drive|drove drive|dug dig|fallen fall|fell fall|fed feed|felt feel|fled flee|flew fly|flown fly|forbade forbid|forbidden forbid|forgave forgive|forgiven forgive|forgot forget|forgotten forget|fought fight|froze freeze|frozen freeze|gave give|given give|gone go|went go|got get|grew grow|grown grow|held hold|hidden hide|hid hide|hung hang|kept keep|knew know|known know|laid lay|led lead|left leave|lent lend|lit light|lost lose|made make|meant mean|met meet|overcame overcome|overran overrun|overtook overtake|overthrew overthrow|overthrown overthrow|paid pay|ran run|rang ring|rebuilt rebuild|retook retake|retaken retake|risen rise|rose rise|said say|sang sing|sat sit|saw see|seen see|sent send|shaken shake|shook shake|shot shoot|shown show|slain slay|slept sleep|slew slay|sold sell|sought seek|spent spend|spoke speak|spoken speak|spun spin|stole steal|stolen steal|stood stand|strode stride|struck strike|stricken strike|stuck stick|swore swear|sworn swear|swept sweep|swung swing|taken take|taught teach|thought think|threw throw|thrown throw|told tell|took take|tore tear|torn tear|undertaken undertake|undertook undertake|underwent undergo|undergone undergo|upheld uphold|withdrawn withdraw|withdrew withdraw|withheld withhold|withstood withstand|woke wake|won win|wore wear|worn wear|wove weave|wrote write|written write|foresaw foresee|foretold foretell|tied tie|tying tie|lied lie|lying lie|died die|dying die|undid undo|undone undo|outdid outdo|redid redo|misled mislead|bred breed|flung fling|sprang spring|sprung spring|sank sink|sunk sink|shrank shrink|shrunk shrink|wept weep|crept creep|leapt leap|knelt kneel|stung sting|strove strive|striven strive|trod tread|trodden tread|forwent forgo|forgone forgo|overrode override|overridden override|outbid outbid|mistook mistake|mistaken mistake|rewrote rewrite|rewritten rewrite|resold resell|repaid repay|upset upset|swollen swell|spat spit|split split";

const NOUNS: &str = "men man|women woman|children child|people people|feet foot|teeth tooth|mice mouse|lives life|wives wife|knives knife|thieves thief|leaves leaf|crises crisis|analyses analysis|oxen ox|police police";

/// The lemma of an irregular form, lower-cased; `noun` tells which list to look in.
pub(crate) fn lemma(form: &str, noun: bool) -> Option<String> {
    if noun
        && form.len() > 3
        && let Some(stem) = form.strip_suffix("men")
    {
        return Some(format!("{stem}man"));
    }
    find(if noun { NOUNS } else { FORMS }, form).map(str::to_owned)
}

fn find(list: &'static str, form: &str) -> Option<&'static str> {
    list.split('|').filter_map(|p| p.split_once(' ')).find(|(f, _)| *f == form).map(|(_, l)| l)
}

#[cfg(test)]
mod tests {
    #[test]
    fn irregular_forms() {
        assert_eq!(super::lemma("undertook", false).as_deref(), Some("undertake"));
        assert_eq!(super::lemma("gunmen", true).as_deref(), Some("gunman"));
        assert_eq!(super::lemma("walked", false), None);
    }
}
