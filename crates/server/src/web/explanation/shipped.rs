//! Every equation that is printed for a shipped case is computed again from its print: the line of the terminal and the
//! table of the page, in both languages.

use std::path::Path;

use askama::Template;
use benefit::{CaseFile, Outcome, PolicyBook};
use model::Instant;

use super::Explanation;
use crate::web::i18n::Language;
use crate::web::shell::Shell;

/// The explanation as the page of a bill shows it.
#[derive(Template)]
#[template(
    source = r#"{% import "insured/explanation.html" as why %}{{ why::groups(shell, explanation) }}"#,
    ext = "html"
)]
struct Page<'a> {
    shell: &'a Shell,
    explanation: &'a Explanation,
}

/// A printed number: fen, or millionths of a share.
#[derive(Debug, Clone, Copy)]
enum Printed {
    Fen(i128),
    Millionths(i128),
}

/// Reads `1,234.50`, `−0.01` or `87.5%`; what is no number is a word of a label.
fn number(text: &str) -> Option<Printed> {
    let (sign, digits) = match text.strip_prefix('\u{2212}') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (digits, places) = match digits.strip_suffix('%') {
        Some(percent) => (percent, 4),
        None => (digits, 2),
    };
    let digits = digits.replace(',', "");
    let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) || decimals.len() > places {
        return None;
    }
    let scaled: i128 = format!("{whole}{decimals:0<places$}").parse().ok()?;
    Some(if places == 2 { Printed::Fen(sign * scaled) } else { Printed::Millionths(sign * scaled) })
}

/// Computes a printed equation as a reader would: products first, then the sum, rounded half up to the fen.
fn check(equation: &str) -> Result<(), String> {
    let (terms, result) = equation.rsplit_once(" = ").ok_or("no equals sign")?;
    let Some(Printed::Fen(result)) = number(result) else { return Err(format!("{result} is no amount")) };
    let mut products: Vec<(i128, i128, bool)> = Vec::new();
    let mut sign = Some("+");
    for word in terms.split_whitespace() {
        match (word, number(word), sign) {
            ("+" | "\u{2212}" | "×", _, None) => sign = Some(word),
            ("+" | "\u{2212}" | "×", _, Some(_)) => return Err("two signs".to_owned()),
            (_, Some(_), None) => return Err(format!("no sign before {word}")),
            (_, Some(Printed::Fen(fen)), Some(plus @ ("+" | "\u{2212}"))) => {
                products.push((if plus == "+" { 1 } else { -1 }, fen * 1_000_000, false));
                sign = None;
            }
            (_, Some(Printed::Millionths(rate)), Some("×")) => {
                let Some(last) = products.last_mut().filter(|last| !last.2) else {
                    return Err("more than one share".to_owned());
                };
                (last.1, last.2) = (last.1 / 1_000_000 * rate, true);
                sign = None;
            }
            (_, Some(_), Some(_)) => return Err(format!("{word} after a wrong sign")),
            (_, None, _) => {}
        }
    }
    if sign.is_some() {
        return Err("a sign without a number".to_owned());
    }
    let sum: i128 = products.iter().map(|(sign, amount, _)| sign * amount).sum();
    let rounded = (sum.abs() + 500_000) / 1_000_000 * sum.signum();
    if rounded == result { Ok(()) } else { Err(format!("{rounded} fen and not {result}")) }
}

/// What a printed line says: whether there is an equation in it, which must be right.
fn check_line(line: &str) -> Result<bool, String> {
    if line.contains('≤') {
        return Err("a bound is told in words".to_owned());
    }
    if line.contains('=') {
        let separated = line.rsplit_once('；').or_else(|| line.rsplit_once("; "));
        return check(separated.map_or(line, |(_, equation)| equation)).map(|()| true);
    }
    // A result that rests on no number of its own stands alone.
    let alone = number(line.trim_end_matches('元').trim_end().trim_start_matches('¥')).is_some();
    if line.contains('→') || alone { Ok(false) } else { Err("no result".to_owned()) }
}

/// The text of every cell of a piece of a page.
fn cells(html: &str) -> Vec<String> {
    let cell = |piece: &str| piece.split_once('>').map(|(_, text)| text.to_owned()).unwrap_or_default();
    let starts = html.replace("<th", "\u{0}<td").replace("<td", "\u{0}");
    let pieces: Vec<&str> = starts.split('\u{0}').skip(1).filter(|piece| !piece.is_empty()).collect();
    pieces.iter().map(|piece| cell(piece.split("</t").next().unwrap_or_default())).collect()
}

/// The lines of the tables of a page, as the terminal would write the equations.
fn tables(html: &str) -> Vec<String> {
    let table = |table: &str| {
        let body = table.split("</table>").next().unwrap_or_default();
        let numbers = body.rsplit("<tbody>").next().unwrap_or_default();
        let cells = cells(numbers);
        let rows: Vec<String> = cells.chunks(3).map(|row| format!("{} {}", row[0], row[2])).collect();
        rows.join(" ").trim_start().to_owned()
    };
    html.split("<table class=\"sum\">").skip(1).map(table).collect()
}

/// The explanations of every shipped case that is settled, with the name of its file.
fn shipped() -> Vec<(String, Explanation)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let files = crate::rules::read_folder(&folder).expect("the policies");
    let book = PolicyBook::parse(&files).expect("right policies");
    let mut explanations = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name.contains("/cases/")) {
        let case = CaseFile::parse(name, text).expect("a right case");
        let Ok(outcome) = case.settle(&book) else { continue };
        match outcome {
            Outcome::Bills(parts) => explanations.extend(parts.into_iter().map(|part| {
                let items = benefit::item_names(&part.case.lines);
                (name.clone(), Explanation::new(part.trace, items))
            })),
            Outcome::Answer(answer) => {
                explanations.push((name.clone(), Explanation::of_person(answer.trace)));
            }
        }
    }
    explanations
}

#[test]
fn every_printed_equation_of_every_shipped_case_is_right() {
    let shipped = shipped();
    assert!(shipped.len() > 100, "the cases were found");
    for language in Language::ALL {
        let shell = Shell::plain(language, Instant::from_milliseconds(0));
        let (mut wrong, mut equations, mut others) = (Vec::new(), 0, 0);
        for (name, explanation) in &shipped {
            let groups = explanation.groups();
            let steps = groups.iter().flat_map(|group| &group.steps);
            let lines: Vec<String> = steps.map(|step| step.working(&shell).line(&shell)).collect();
            let page = Page { shell: &shell, explanation }.render().expect("a page");
            let tables = tables(&page);
            assert_eq!(tables.len(), lines.len(), "every step is on the page");
            for line in lines.iter().chain(&tables) {
                match check_line(line) {
                    Ok(true) => equations += 1,
                    Ok(false) => others += 1,
                    Err(error) => wrong.push(format!("{name}: {line}: {error}")),
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(equations > 1_000 && others > 100, "{equations} equations, {others} others");
    }
}

#[test]
fn false_equations_are_found() {
    for line in [
        "尚待分担 1,000.00 \u{2212} 年度封顶线 20,000.00 = 941.86",
        "本段费用 10,000.00 × 医保支付比例 45% = 2,700.00",
        "本段费用 10,000.00 × 个人承担比例 45% = \u{2212}1,200.00",
        "项目金额 30,000.00 = 9,500.00",
        "本段个人负担 1,000.00 此前累计 4,000.00 × 支付比例 80% = 800.00",
        "本段个人负担 900.00 起付标准 5,000.00 = 0.00",
        "Your burden in this stretch 2,700.00 × Share paid 100% = 1,000.00",
        "项目金额 0.01 = \u{2212}0.01",
        "项目金额 0.05 × 先行自付比例 50% = 0.02",
        "账户余额 ≤ 5.00 = 5.00",
        "尚待分担 1.00 \u{2212} = 1.00",
        "尚待分担 1.00",
    ] {
        assert!(check_line(line).is_err(), "{line}");
    }
    for line in [
        "此前累计 4,000.00 元；本段个人负担 1,000.00 × 支付比例 80% = 800.00",
        "计算保底的费用 10,000.00 × 保底比例 45% \u{2212} 医保已按比例支付 1,800.00 = 2,700.00",
        "Ceiling 0.05 × Share paid 50% = 0.03",
        "四舍五入后的合计 0.01 \u{2212} 以上各步相加 0.02 = \u{2212}0.01",
    ] {
        assert_eq!(check_line(line), Ok(true), "{line}");
    }
    assert_eq!(check_line("尚待分担 200.00 元；不超过起付标准 900.00 元 → 200.00 元"), Ok(false));
}
