//! Receiving deliveries, from head to settlement: `receive/SHAPE/ringback`. What it costs over validating is
//! `validate/SHAPE/ringback`, in the other program.

use criterion::{Criterion, criterion_group, criterion_main};
use ringback_benches::task::Task;

mod topic;

fn receive(criterion: &mut Criterion) {
    topic::bench(criterion, Task::Receive);
}

criterion_group!(benches, receive);
criterion_main!(benches);
