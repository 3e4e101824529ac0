//! Checking whole documents: `validate/SHAPE/ENGINE`.

use criterion::{Criterion, criterion_group, criterion_main};
use ringback_benches::task::Task;

mod topic;

fn validate(criterion: &mut Criterion) {
    topic::bench(criterion, Task::Validate);
}

criterion_group!(benches, validate);
criterion_main!(benches);
