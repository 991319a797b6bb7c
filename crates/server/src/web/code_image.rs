//! The credential code as pictures: QR and Code 128, drawn as one SVG path each.
//!
//! Each picture has its quiet zone inside its own frame, so that no page can crop it, and one module is one unit of
//! that frame. Dark modules that touch in a row are drawn as one run, which keeps the path short and free of seams.

use std::fmt::Write as _;

use barcoders::sym::code128::Code128;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around a QR code (ISO/IEC 18004, section 5.3.8).
const QR_QUIET_ZONE: usize = 4;
/// Light modules on each side of a Code 128 (ISO/IEC 15417, section 4.2).
const BARCODE_QUIET_ZONE: usize = 10;
/// Height of the bars in modules; at 1.5 CSS pixels a module a scanner held by hand finds them easily.
const BARCODE_HEIGHT: usize = 48;

/// A picture of black modules on white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeImage {
    /// Width of the frame in modules, quiet zones included.
    pub width: usize,
    /// Height of the frame in modules.
    pub height: usize,
    /// The dark modules as SVG path data.
    pub path: String,
}

/// A code that cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeImageError {
    /// The code is empty, has something other than digits, or an odd number of them; Code 128 set C takes pairs.
    #[error("an even number of digits is expected")]
    NotDigitPairs,
    /// The code is longer than the symbology can carry.
    #[error("the code is too long to be drawn")]
    TooLong,
}

fn check(digits: &str) -> Result<(), CodeImageError> {
    let pairs = !digits.is_empty() && digits.len().is_multiple_of(2);
    if pairs && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(CodeImageError::NotDigitPairs)
    }
}

/// Appends one rectangle for each run of dark modules in `row`.
fn draw_row(path: &mut String, row: impl Iterator<Item = bool>, left: usize, top: usize, height: usize) {
    let mut run = 0_usize;
    let mut end = left;
    for dark in row.chain([false]) {
        if dark {
            run = run.saturating_add(1);
        } else if run > 0 {
            // Writing to a string cannot fail.
            let _ = write!(path, "M{} {top}h{run}v{height}h-{run}z", end.saturating_sub(run));
            run = 0;
        }
        end = end.saturating_add(1);
    }
}

/// The QR code of `digits` at error correction level M, which survives a scratched or dirty screen. 28 digits take
/// version 1: 21 modules, 29 with the quiet zone.
///
/// # Errors
/// `digits` is not an even number of digits, or too long.
pub fn qr(digits: &str) -> Result<CodeImage, CodeImageError> {
    check(digits)?;
    let code =
        QrCode::with_error_correction_level(digits, EcLevel::M).map_err(|_| CodeImageError::TooLong)?;
    let modules = code.width();
    let mut path = String::new();
    for (row, colors) in code.to_colors().chunks(modules).enumerate() {
        let top = row.saturating_add(QR_QUIET_ZONE);
        draw_row(&mut path, colors.iter().map(|color| *color == Color::Dark), QR_QUIET_ZONE, top, 1);
    }
    let size = modules.saturating_add(QR_QUIET_ZONE.saturating_mul(2));
    Ok(CodeImage { width: size, height: size, path })
}

/// The Code 128 of `digits` in set C. 28 digits take 189 modules, 209 with the quiet zones: drawn 313.5 CSS pixels
/// wide, a module is exactly 1.5 pixels, and a whole number of device pixels on every phone of density 2.
///
/// # Errors
/// `digits` is not an even number of digits.
pub fn code128(digits: &str) -> Result<CodeImage, CodeImageError> {
    check(digits)?;
    // The library selects set C by this leading character.
    let modules = Code128::new(format!("\u{0106}{digits}")).map_err(|_| CodeImageError::TooLong)?.encode();
    let mut path = String::new();
    draw_row(&mut path, modules.iter().map(|module| *module == 1), BARCODE_QUIET_ZONE, 0, BARCODE_HEIGHT);
    let width = modules.len().saturating_add(BARCODE_QUIET_ZONE.saturating_mul(2));
    Ok(CodeImage { width, height: BARCODE_HEIGHT, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "3302001234567890123456789012";

    /// The module rows that a path paints, as text of `#` and `.`.
    fn painted(image: &CodeImage) -> Vec<String> {
        let mut grid = vec![vec!['.'; image.width]; image.height];
        for run in image.path.split_terminator('z') {
            let numbers: Vec<usize> =
                run.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            let [left, top, width, height, back] = numbers[..] else { panic!("{run}") };
            assert_eq!(width, back);
            for row in &mut grid[top..top + height] {
                for module in &mut row[left..left + width] {
                    assert_eq!(*module, '.', "painted once");
                    *module = '#';
                }
            }
        }
        grid.into_iter().map(|row| row.into_iter().collect()).collect()
    }

    #[test]
    fn the_barcode_has_the_size_that_fits_a_phone_to_the_pixel() {
        let image = code128(DIGITS).unwrap();
        assert_eq!((image.width, image.height), (209, 48));
    }

    #[test]
    fn the_barcode_is_set_c_with_a_right_check_symbol() {
        let row = painted(&code128(DIGITS).unwrap()).swap_remove(0);
        let (quiet, bars) = (&row[..10], &row[10..199]);
        assert_eq!(quiet, "..........");
        assert!(row.ends_with(".........."));
        // Start C and stop, ISO/IEC 15417 table 1.
        assert!(bars.starts_with("##.#..###.."));
        assert!(bars.ends_with("##...###.#.##"));
        // The check symbol is the one before stop: (105 + Σ position × value) mod 103.
        let sum: usize = DIGITS
            .as_bytes()
            .chunks(2)
            .zip(1..)
            .map(|(pair, position)| {
                position * (usize::from(pair[0] - b'0') * 10 + usize::from(pair[1] - b'0'))
            })
            .sum();
        let check = (105 + sum) % 103;
        let same_value = code128(&format!("{check:02}")).unwrap();
        if check < 100 {
            assert_eq!(&bars[165..176], &painted(&same_value)[0][21..32]);
        }
    }

    #[test]
    fn the_qr_code_is_version_1_with_its_finder_patterns_inside_the_quiet_zone() {
        let image = qr(DIGITS).unwrap();
        assert_eq!((image.width, image.height), (29, 29));
        let rows = painted(&image);
        assert!(rows[..4].iter().chain(&rows[25..]).all(|row| row.chars().all(|c| c == '.')));
        assert_eq!(&rows[4][4..11], "#######");
        assert_eq!(&rows[5][4..11], "#.....#");
        assert_eq!(&rows[4][18..25], "#######");
        assert_eq!(&rows[24][4..11], "#######");
    }

    #[test]
    fn what_is_not_pairs_of_digits_is_refused() {
        for text in ["", "1", "123", "12a4", "１２"] {
            assert_eq!(qr(text), Err(CodeImageError::NotDigitPairs), "{text}");
            assert_eq!(code128(text), Err(CodeImageError::NotDigitPairs), "{text}");
        }
        assert_eq!(qr(&"12".repeat(4000)), Err(CodeImageError::TooLong));
    }
}
