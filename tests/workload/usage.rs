//! What providers count in the tokens of a call: reasoning inside the output, the cache inside the input or beside it.

use crate::reading::{lenient, says};
use ptuplan::workload::import::Imported;

/// Input, cached input and output of each call.
fn calls(imported: &Imported) -> Vec<(u32, u32, u32)> {
    let trace = &imported.trace;
    let cached = |id: usize| trace.cached_input_tokens.as_ref().map_or(0, |all| all[id]);
    (0..trace.len())
        .map(|id| (trace.input_tokens[id], cached(id), trace.output_tokens[id]))
        .collect()
}

/// Answers of Chat Completions and of Responses in one file: cached and reasoning tokens are parts.
#[test]
fn answers_of_two_interfaces_are_read_in_one_file() {
    let read = lenient(
        "answers.jsonl",
        r#"{"created":1795165200,"model":"gpt-5","usage":{"prompt_tokens":1000,"completion_tokens":300,"completion_tokens_details":{"reasoning_tokens":200},"prompt_tokens_details":{"cached_tokens":600}}}
{"created":1795165201,"model":"gpt-5","usage":{"input_tokens":2000,"output_tokens":400,"output_tokens_details":{"reasoning_tokens":200},"input_tokens_details":{"cached_tokens":700}}}
"#,
    );
    assert_eq!(calls(&read), [(1000, 600, 300), (2000, 700, 400)]);
}

/// Anthropic: 100 + 2,000 read + 500 written = 2,600; 3,000 + 1,000 = 4,000.
#[test]
fn what_anthropic_counts_beside_the_input_is_added() {
    let read = lenient(
        "claude.jsonl",
        r#"{"timestamp":"2026-11-02T09:00:00.1Z","model":"claude","usage":{"input_tokens":100,"cache_read_input_tokens":2000,"cache_creation_input_tokens":500,"output_tokens":50}}
{"timestamp":"2026-11-02T09:00:01.3Z","model":"claude","usage":{"input_tokens":3000,"cache_read_input_tokens":1000,"cache_creation_input_tokens":0,"output_tokens":50}}
"#,
    );
    assert_eq!(calls(&read), [(2600, 2000, 50), (4000, 1000, 50)]);
    says(&read, "input of 2 calls is the sum");
    let flat = lenient(
        "claude.csv",
        "timestamp,model,input_tokens,cache_read_input_tokens,cache_creation_input_tokens,output_tokens\n\
         2026-11-02T09:00:00.1Z,claude,100,2000,500,50\n2026-11-02T09:00:01.3Z,claude,3000,1000,0,50\n",
    );
    assert_eq!(calls(&flat), calls(&read));
    // LiteLLM's counts are OpenAI's: the prompt has what was read.
    let inside = lenient(
        "proxy.csv",
        "timestamp,model,prompt_tokens,cache_read_input_tokens,completion_tokens\n\
         2026-11-02T09:00:00.1Z,claude,2600,2000,50\n2026-11-02T09:00:00.2Z,claude,2600,2000,50\n",
    );
    assert_eq!(calls(&inside), [(2600, 2000, 50); 2]);
}

#[test]
fn reasoning_is_a_part_of_the_output_and_not_lost_alone() {
    let read = lenient(
        "log.csv",
        "timestamp,model,input_tokens,output_tokens,reasoning_tokens\n2026-11-02T09:00:00.1Z,gpt-5,100,200,150\n\
         2026-11-02T09:00:01.3Z,gpt-5,3000,0,50\n2026-11-02T09:00:02.3Z,gpt-5,3000,,60\n",
    );
    assert_eq!(calls(&read), [(100, 0, 200), (3000, 0, 50), (3000, 0, 60)]);
    says(&read, "reasoning tokens of 2 calls");
}

/// Langfuse takes parts out of `input` and `output`, unless its own total says that they are inside: 921 + 412 = 1,333.
#[test]
fn langfuse_is_read_by_its_own_total() {
    let usage = [
        r#"{"input":921,"input_cached_tokens":1920,"output":412,"output_reasoning_tokens":300}"#,
        r#"{"input":921,"output":412,"output_reasoning_tokens":300,"total":1333}"#,
        r#"{"input":921,"output":412,"output_reasoning_tokens":300,"total":1633}"#,
        r#"{"input":921,"output":412,"reasoning_tokens":300,"total":1333}"#,
        r#"{"input":100,"reasoning_tokens":500}"#,
    ];
    let rows: String = usage
        .iter()
        .enumerate()
        .map(|(id, usage)| {
            format!(
                "{{\"id\":\"{id}\",\"type\":\"GENERATION\",\"start_time\":\"2026-11-20T09:00:0{id}Z\",\"usage_details\":{usage}}}\n"
            )
        })
        .collect();
    let expected = [(2841, 1920, 712), (921, 0, 412), (921, 0, 712), (921, 0, 412), (100, 0, 500)];
    assert_eq!(calls(&lenient("observations.jsonl", &rows)), expected);
}

#[test]
fn spans_count_the_cache_inside_the_input_unless_one_shows_otherwise() {
    let span = |id: u32, provider: &str, tokens: &[(&str, u32)]| {
        let tokens: String = tokens
            .iter()
            .map(|(name, count)| {
                format!(r#",{{"key":"gen_ai.usage.{name}","value":{{"intValue":"{count}"}}}}"#)
            })
            .collect();
        format!(
            r#"{{"spanId":"a{id}","startTimeUnixNano":"179516520{id}000000000","attributes":[{{"key":"gen_ai.operation.name","value":{{"stringValue":"chat"}}}},{{"key":"gen_ai.provider.name","value":{{"stringValue":"{provider}"}}}}{tokens}]}}"#
        )
    };
    let read = "cache_read.input_tokens";
    let spans = [
        span(
            0,
            "openai",
            &[
                ("input_tokens", 1200),
                (read, 1000),
                ("output_tokens", 80),
                ("reasoning.output_tokens", 60),
            ],
        ),
        span(1, "openai", &[("input_tokens", 1200), ("reasoning.output_tokens", 60)]),
        span(
            2,
            "anthropic",
            &[
                ("input_tokens", 100),
                (read, 1000),
                ("cache_creation.input_tokens", 400),
                ("output_tokens", 60),
            ],
        ),
        span(3, "anthropic", &[("input_tokens", 2000), (read, 1000), ("output_tokens", 60)]),
    ];
    let text =
        format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#, spans.join(","));
    let read = lenient("spans.json", &text);
    let expected = [(1200, 1000, 80), (1200, 0, 60), (1500, 1000, 60), (3000, 1000, 60)];
    assert_eq!(calls(&read), expected);
    says(&read, "spans of anthropic count cached tokens beside their input");
    // The same names with dots, flat in a table.
    let flat = lenient(
        "spans.csv",
        "timestamp,gen_ai.request.model,gen_ai.usage.cache_read.input_tokens,gen_ai.usage.input_tokens,gen_ai.usage.output_tokens\n\
         2026-11-02T09:00:00.1Z,gpt-4.1,10,1000,100\n2026-11-02T09:00:00.2Z,gpt-4.1,20,1000,100\n",
    );
    assert_eq!(calls(&flat), [(1000, 10, 100), (1000, 20, 100)]);
}
