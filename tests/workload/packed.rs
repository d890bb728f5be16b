//! Trace files: what goes in comes out, and nothing damaged does.

use ptuplan::units::diagnostic::Diagnostics;
use ptuplan::workload::bundled;
use ptuplan::workload::import::{Attributes, Imported, Labels, ReadSpec, read, read_from};
use ptuplan::workload::packed::{
    PackedTrace, PackedWriter, Shape, is_packed, read_packed, write_packed,
};
use ptuplan::workload::trace::Trace;
use std::io::Cursor;

/// A trace with every column, longer than a block and with a silence of two hours in it.
fn full() -> Imported {
    let count = 300_000_u32;
    let labels = |names: u32| {
        let known = (0..names).map(|name| format!("name {name}")).collect();
        Some(Labels { names: known, of: (0..count).map(|id| id * 7 % names).collect() })
    };
    let silence = |id: u32| if id > 1_000 { 7_200_000_000 } else { 0 };
    let trace = Trace {
        arrival_us: (0..count).map(|id| u64::from(id / 3) * 90_001 + silence(id)).collect(),
        input_tokens: (0..count).map(|id| id % 100_000).collect(),
        cached_input_tokens: Some((0..count).map(|id| id % 100_000 / 2).collect()),
        output_tokens: (0..count).map(|id| id % 251).collect(),
        max_output_tokens: Some(
            (0..count).map(|id| if id % 3 == 0 { Trace::NO_LIMIT } else { 800 }).collect(),
        ),
        seed: 0,
        clock_us: 28_800_500_000,
        assumed: vec!["times state no zone: read as UTC".into()],
    };
    Imported {
        trace,
        start: "2026-11-01T08:00:00.5Z".parse().ok(),
        attributes: Attributes {
            client: labels(3),
            session: labels(70_000),
            deployment: labels(1),
            model: labels(2),
            status: Some((0..count).map(|id| if id % 50 == 0 { 429 } else { 200 }).collect()),
        },
        ..Imported::default()
    }
}

fn written(imported: &Imported) -> Vec<u8> {
    write_packed(Vec::new(), imported).unwrap()
}

fn refused(bytes: &[u8]) -> Diagnostics {
    read_packed("t.trace", Cursor::new(bytes)).unwrap_err()
}

#[test]
fn all_that_an_import_knows_comes_back() {
    let full = full();
    let bytes = written(&full);
    assert!(is_packed(&bytes));
    let back = read_packed("t.trace", Cursor::new(&bytes)).unwrap();
    assert_eq!(back.trace, full.trace);
    assert_eq!((back.start, &back.attributes), (full.start, &full.attributes));
    assert_eq!((back.report.rows_read, back.report.requests), (300_000, 300_000));
    // By content, whatever reads it.
    let spec = ReadSpec { seed: 5, ..ReadSpec::strict() };
    let again = read("anything.csv", &bytes, &spec).unwrap();
    assert_eq!(again.trace, full.trace.clone().with_seed(5));
    assert_eq!(read_from("a pipe", bytes.as_slice(), &spec).unwrap(), again);
    // The same bytes each time.
    assert_eq!(written(&full), bytes);
}

#[test]
fn a_real_trace_takes_six_bytes_a_request() {
    let real = bundled::get("azure-2023-conversation").unwrap().load().unwrap();
    let bytes = written(&real);
    let back = read_packed("t.trace", Cursor::new(&bytes)).unwrap();
    assert_eq!((&back.trace, back.start), (&real.trace, real.start));
    assert!(bytes.len() < real.trace.len() * 8, "{}", bytes.len());
}

#[test]
fn pieces_make_the_file_of_the_whole() {
    let full = full();
    let shape = Shape::ALL;
    let mut writer = PackedWriter::new(Vec::new(), shape).unwrap();
    let bytes = written(&full);
    let mut file = PackedTrace::open("t.trace", Cursor::new(&bytes)).unwrap();
    assert_eq!((file.requests(), file.blocks(), file.shape()), (300_000, 3, shape));
    assert_eq!(file.last_arrival_us(), full.trace.last_arrival_us());
    let mut requests = 0;
    for index in 0..file.blocks() {
        let block = file.block(index).unwrap();
        requests += block.trace.len();
        writer.push(&block.trace, &block.attributes).unwrap();
    }
    assert_eq!(requests, 300_000);
    let known = file.known();
    assert!(known.trace.is_empty());
    assert_eq!(writer.finish(&known).unwrap(), bytes);
    // Out of order, and not sound.
    let mut writer = PackedWriter::new(Vec::new(), Shape::default()).unwrap();
    let piece = |at| Trace::new(vec![at], vec![1], vec![1]);
    writer.push(&piece(5), &Attributes::default()).unwrap();
    assert!(writer.push(&piece(4), &Attributes::default()).is_err());
    assert!(writer.push(&Trace::new(vec![9], vec![], vec![1]), &Attributes::default()).is_err());
}

#[test]
fn a_column_that_states_nothing_is_none() {
    let mut writer =
        PackedWriter::new(Vec::new(), Shape { cached: true, limit: true, ..Shape::default() })
            .unwrap();
    let plain =
        Imported { trace: Trace::new(vec![0, 4], vec![1, 2], vec![3, 4]), ..Imported::default() };
    writer.push(&plain.trace, &Attributes::default()).unwrap();
    let known = Imported::default();
    let bytes = writer.finish(&known).unwrap();
    assert_eq!(read_packed("t.trace", Cursor::new(bytes)).unwrap().trace, plain.trace);
}

#[test]
fn every_damaged_byte_is_found() {
    let trace =
        Trace::new((0..40).map(|id| id * 1_000).collect(), vec![700; 40], (0..40).collect());
    let bytes = written(&Imported { trace, ..Imported::default() });
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x41;
        // Four bytes of the head say nothing yet.
        if (12..16).contains(&at) {
            continue;
        }
        let found = read_packed("t.trace", Cursor::new(&damaged));
        assert!(found.is_err(), "byte {at} of {}", bytes.len());
    }
    for cut in 0..bytes.len() {
        let found = refused(&bytes[..cut]);
        assert!(found.0[0].code.as_str().starts_with("trace-file-"), "{found}");
    }
    let mut block = bytes.clone();
    block[20] ^= 1;
    assert_eq!(
        refused(&block).to_string(),
        "error: damaged trace file: requests 0 to 40: they do not match their checksum (t.trace)\n \
         hint: import the log again, or fetch the file again"
    );
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert_eq!(refused(&newer).0[0].code, "trace-file-too-new");
    let columns = ptuplan::workload::import::Columns {
        arrival: "a".into(),
        arrival_unit: Some(ptuplan::workload::import::ArrivalUnit::S),
        input_tokens: Some("i".into()),
        output_tokens: Some("o".into()),
        ..Default::default()
    };
    let spec = ReadSpec { columns: Some(columns), ..ReadSpec::strict() };
    assert_eq!(read("t.trace", &bytes, &spec).unwrap_err().0[0].code, "does-not-apply");
}
