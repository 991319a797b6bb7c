//! The icons, drawn for this product: strokes on a grid of 24 by 24, coloured by the text around them.

/// The SVG path of the icon with this name; empty when there is none, which a test of the pages catches.
#[must_use]
pub fn path(name: &str) -> &'static str {
    match name {
        "home" => "M4 11l8-7 8 7M6 10v10h12V10M10 20v-6h4v6",
        "code" => "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2M14 18v2M18 18h2v2h-2z",
        "bill" => "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
        "person" => "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21c1-4 4-6 8-6s7 2 8 6",
        "check" => "M12 21a9 9 0 100-18 9 9 0 000 18zM8 12l3 3 5-6",
        "clock" => "M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3 3",
        "alert" => "M12 3l10 18H2zM12 10v5M12 18v.01",
        "info" => "M12 21a9 9 0 100-18 9 9 0 000 18zM12 11v6M12 7.5v.01",
        "stop" => "M12 21a9 9 0 100-18 9 9 0 000 18zM6 6l12 12",
        "undo" => "M8 5L4 9l4 4M4 9h10a6 6 0 010 12H9",
        "refresh" => "M20 5v5h-5M20 10a8 8 0 10-1 6",
        "back" => "M14 5l-7 7 7 7",
        "next" => "M10 5l7 7-7 7",
        "phone" => "M6 3h3l2 5-2.500 1.500a12 12 0 006 6L16 13l5 2v3a3 3 0 01-3 3A15 15 0 013 6a3 3 0 013-3z",
        "card" => "M3 6h18v13H3zM3 10h18M6 15h4",
        "help" => {
            "M12 21a9 9 0 100-18 9 9 0 000 18zM9.500 9.500a2.500 2.500 0 115 0c0 2-2.500 2-2.500 4M12 17v.01"
        }
        "print" => "M7 9V3h10v6M7 18H4V9h16v9h-3M7 14h10v7H7z",
        "settings" => {
            "M4 7h9M17 7h3M4 17h3M11 17h9M15 9a2 2 0 100-4 2 2 0 000 4zM9 19a2 2 0 100-4 2 2 0 000 4z"
        }
        "shield" => "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12l2 2 4-4",
        "scan" => "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M7 9v6M10 9v6M13 9v6M17 9v6",
        "exit" => "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
        "sun" => {
            "M12 16a4 4 0 100-8 4 4 0 000 8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2"
        }
        "send" => "M4 12L20 4l-5 16-3-7zM12 13l8-9",
        "cash" => "M3 6h18v12H3zM12 15a3 3 0 100-6 3 3 0 000 6zM6 9v.01M18 15v.01",
        _ => "",
    }
}
