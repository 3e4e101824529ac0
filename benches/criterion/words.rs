//! Checking whole documents and reading every word: `words/SHAPE/ENGINE`.

use criterion::{Criterion, criterion_group, criterion_main};
use ringback_benches::task::Task;

mod topic;

fn words(criterion: &mut Criterion) {
    topic::bench(criterion, Task::Words);
}

criterion_group!(benches, words);
criterion_main!(benches);
