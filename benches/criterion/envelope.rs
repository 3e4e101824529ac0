//! Checking whole documents and finding request id, kind and first transcript: `envelope/SHAPE/ENGINE`.

use criterion::{Criterion, criterion_group, criterion_main};
use ringback_benches::task::Task;

mod topic;

fn envelope(criterion: &mut Criterion) {
    topic::bench(criterion, Task::Envelope);
}

criterion_group!(benches, envelope);
criterion_main!(benches);
