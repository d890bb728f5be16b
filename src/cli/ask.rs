//! Questions to a person at a terminal: one line each, a default where one is harmless, asked again when the answer
//! will not do. Prompts go to stderr, so that stdout stays the result.

use crate::cli::exit::Failure;
use crate::units::diagnostic::{Diagnostic, Diagnostics};
use std::io::{BufRead, Write};

/// Times a question is put before giving up.
const TRIES: usize = 5;

/// A question.
pub(super) struct Question<'q> {
    /// What is asked.
    pub(super) text: &'q str,
    /// What answers there are, such as `such as 4`, or `one of A, B or C` where these are all.
    pub(super) expects: &'q str,
    /// The answer when none is given; none where that would decide a cost.
    pub(super) default: Option<&'q str>,
    /// Whether an answer will do, and why not.
    pub(super) check: &'q dyn Fn(&str) -> Result<(), Diagnostics>,
}

/// Asks until the answer will do.
pub(super) fn ask(
    question: &Question<'_>,
    answers: &mut impl BufRead,
    prompts: &mut impl Write,
) -> Result<String, Failure> {
    let hint = match question.default {
        Some(default) => format!("[{default}]"),
        None => format!("({})", question.expects),
    };
    for _ in 0..TRIES {
        // A prompt that cannot be shown is no reason to refuse the answer.
        let _ = write!(prompts, "{} {hint}: ", question.text);
        let _ = prompts.flush();
        let mut line = String::new();
        let read = answers.read_line(&mut line).map_err(|error| no_answer(question, &error))?;
        if read == 0 {
            return Err(no_answer(question, &"the input ended"));
        }
        let answer = match (line.trim(), question.default) {
            ("", Some(default)) => default,
            (answer, _) => answer,
        };
        if answer.is_empty() {
            let _ = writeln!(prompts, "  this has no default: type an answer {hint}");
            continue;
        }
        match (question.check)(answer) {
            Ok(()) => return Ok(answer.to_owned()),
            Err(Diagnostics(wrong)) => {
                for diagnostic in wrong {
                    let _ = writeln!(prompts, "  {diagnostic}");
                }
            }
        }
    }
    Err(no_answer(question, &format!("{TRIES} answers would not do")))
}

fn no_answer(question: &Question<'_>, why: &dyn std::fmt::Display) -> Failure {
    Diagnostic::error("no-answer", format!("no answer to `{}`: {why}", question.text))
        .hint("give the answers as flags: `ptuplan init --help` lists them")
        .into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn even(answer: &str) -> Result<(), Diagnostics> {
        match answer.parse::<u32>() {
            Ok(number) if number % 2 == 0 => Ok(()),
            _ => Err(Diagnostic::error("odd", format!("not even: {answer}")).into()),
        }
    }

    fn asked(answers: &str, default: Option<&str>) -> (Result<String, Failure>, String) {
        let question = Question { text: "How many", expects: "such as 4", default, check: &even };
        let mut prompts = Vec::new();
        let answer = ask(&question, &mut answers.as_bytes(), &mut prompts);
        (answer, String::from_utf8(prompts).unwrap())
    }

    #[test]
    fn an_answer_that_will_not_do_is_asked_again() {
        let (answer, prompts) = asked("three\n\n 6 \n", None);
        assert_eq!(answer.unwrap(), "6");
        assert_eq!(prompts.matches("How many (such as 4): ").count(), 3, "{prompts}");
        assert!(prompts.contains("not even: three"), "{prompts}");
        assert!(prompts.contains("no default"), "{prompts}");
    }

    #[test]
    fn nothing_said_is_the_default() {
        let (answer, prompts) = asked("\n", Some("8"));
        assert_eq!((answer.unwrap().as_str(), prompts.as_str()), ("8", "How many [8]: "));
    }

    #[test]
    fn it_does_not_ask_for_ever() {
        let (answer, _) = asked(&"1\n".repeat(50), None);
        assert!(answer.unwrap_err().0.0[0].to_string().contains("5 answers would not do"));
        let (answer, _) = asked("", None);
        assert!(answer.unwrap_err().0.0[0].to_string().contains("the input ended"));
    }
}
