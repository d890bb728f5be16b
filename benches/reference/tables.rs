//! A million requests as tables in text, for what is read.

use std::fmt::Write;

pub(crate) const ROWS: u64 = 1_000_000;

/// Rows like those of the public traces: (microseconds, input, output).
fn rows() -> impl Iterator<Item = (u64, u64, u64)> {
    let mut at = 0;
    let mut state = 1_u64;
    (0..ROWS).map(move |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        at += state >> 44;
        (at, (state >> 20) % 4_096 + 1, (state >> 8) % 800)
    })
}

pub(crate) fn integers() -> String {
    let mut text = String::from("arrival_us,input_tokens,output_tokens\n");
    for (at, input, output) in rows() {
        writeln!(text, "{at},{input},{output}").unwrap();
    }
    text
}

pub(crate) fn times() -> String {
    let mut text = String::from("TIMESTAMP,ContextTokens,GeneratedTokens\n");
    for (at, input, output) in rows() {
        let (day, second) = (at / 86_400_000_000, at / 1_000_000);
        writeln!(
            text,
            "2023-11-{:02} {:02}:{:02}:{:02}.{:06}0,{input},{output}",
            day + 1,
            second / 3_600 % 24,
            second / 60 % 60,
            second % 60,
            at % 1_000_000
        )
        .unwrap();
    }
    text
}
