//! What became of a call, as logs write it: a number, a line of HTTP, or a word.

use crate::workload::import::collector::Collector;
use crate::workload::import::names::letters;

/// An HTTP status, or that of a word; 0 where nothing is said, none for a word that is not known.
pub(crate) fn status_of(text: &str) -> Option<u16> {
    let word = text.trim().to_ascii_lowercase();
    let line = word.strip_prefix("http").map_or(word.as_str(), |rest| {
        // `HTTP/1.1 503`
        let rest = rest.trim_start();
        rest.strip_prefix('/').map_or(rest, |version| {
            version.split_once(' ').map_or("", |(_, status)| status.trim_start())
        })
    });
    let number: String = line.chars().take_while(char::is_ascii_digit).collect();
    if let Ok(status @ 100..600) = number.parse::<u16>() {
        return Some(status);
    }
    let letters = letters(&word);
    let says = |words: &[&str]| words.iter().any(|part| letters.contains(part));
    Some(match letters.as_str() {
        "" => 0,
        "success" | "successful" | "succeeded" | "ok" | "completed" | "complete" | "true" => 200,
        // Codes of APIs, and their libraries' errors: `rate_limit_exceeded`, `RateLimitError`.
        _ if says(&["ratelimit", "throttl", "toomanyrequests", "insufficientquota"]) => 429,
        _ if says(&["timeout", "timedout", "deadlineexceeded"]) => 408,
        _ if says(&["badrequest", "invalidrequest", "contextlength", "unprocessable"]) => 400,
        _ if says(&["contentfilter", "clienterror"]) => 400,
        _ if says(&["authentication", "unauthorized", "permissiondenied", "forbidden"]) => 401,
        _ if says(&["unavailable", "overloaded", "internalserver", "badgateway"]) => 503,
        "canceled" | "cancelled" | "aborted" => 499,
        "failure" | "failed" | "error" | "false" | "faulted" | "apierror" | "servererror"
        | "apiconnectionerror" => 500,
        _ => return None,
    })
}

impl Collector {
    /// The status that a cell says; a word that is not known is counted, and says nothing.
    pub(crate) fn status(&mut self, text: &str, line: u64) -> u16 {
        status_of(text).unwrap_or_else(|| {
            self.note_status(text, line);
            0
        })
    }

    #[cold]
    fn note_status(&mut self, text: &str, line: u64) {
        let word: String = text.trim().chars().take(40).collect();
        let first = self.unknown_statuses.get_or_insert((0, word, line));
        first.0 += 1;
    }

    /// Says how many statuses are words that are not known.
    pub(super) fn say_statuses(&mut self) {
        if let Some((count, word, line)) = self.unknown_statuses.take() {
            let calls = if count == 1 { "1 call is".into() } else { format!("{count} calls are") };
            self.assumed.push(format!(
                "the status of {calls} no number and no known word, first \"{word}\" in line \
                {line}: taken as not stated"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_a_refused_call_are_its_status() {
        let refused = [
            "rate_limit_exceeded",
            "RateLimitError",
            "Too Many Requests",
            "429 Too Many Requests",
            "throttled",
            "openai.RateLimitError",
            "ThrottlingException",
        ];
        assert!(refused.iter().all(|word| status_of(word) == Some(429)));
        assert_eq!(["success", "OK", "200"].map(status_of), [Some(200); 3]);
        assert_eq!(["APITimeoutError", "timed out"].map(status_of), [Some(408); 2]);
        assert_eq!(
            ["InternalServerError", "ServiceUnavailableError"].map(status_of),
            [Some(503); 2]
        );
        assert_eq!(["error", "failed", "APIError"].map(status_of), [Some(500); 3]);
        assert_eq!(["BadRequestError", "invalid_request_error"].map(status_of), [Some(400); 2]);
        assert_eq!(["", " "].map(status_of), [Some(0); 2]);
        assert_eq!(["stop", "flummoxed"].map(status_of), [None; 2]);
        let unavailable = ["HTTP 503", "503 Service Unavailable", "HTTP/1.1 503", "503.0"];
        assert_eq!(unavailable.map(status_of), [Some(503); 4]);
        assert_eq!(["ClientError", "BadRequest"].map(status_of), [Some(400); 2]);
        assert_eq!(["Failed", "ServerError", "False"].map(status_of), [Some(500); 3]);
        assert_eq!(["Success", "True"].map(status_of), [Some(200); 2]);
    }
}
