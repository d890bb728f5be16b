//! The embedded catalogue, read and checked: at most 100 ms, as every command does it once. Measured in release on two cores: 8 ms.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use ptuplan::catalog::Catalog;
use std::hint::black_box;

fn load(criterion: &mut Criterion) {
    criterion.bench_function("catalogue: load and validate", |bencher| {
        bencher.iter(|| black_box(Catalog::embedded().is_ok()));
    });
}

criterion_group!(benches, load);
criterion_main!(benches);
