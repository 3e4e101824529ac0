//! Deliveries arriving and being settled while a million submissions are expected: `ledger/a million/ENGINE`.
//!
//! Each iteration handles one batch. When those that were prepared run out, new ones are, which is not timed.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ringback_benches::answer::Answer;
use ringback_benches::ledger::{BATCH, Crowd, Map};

/// Batches prepared at a time.
const BATCHES: usize = 25;

fn ledger(criterion: &mut Criterion) {
    measure(criterion, "ringback", || Crowd::new(BATCHES), Crowd::arrive_and_settle);
    measure(criterion, "hashbrown, in and out", || Map::new(BATCHES, false), Map::in_and_out);
    measure(criterion, "hashbrown, expected out, handled in", || Map::new(BATCHES, true), Map::out_and_in);
}

fn measure<T>(criterion: &mut Criterion, engine: &str, new: impl Fn() -> T, step: impl Fn(&mut T) -> Answer) {
    let mut group = criterion.benchmark_group("ledger/a million");
    group.throughput(Throughput::Elements(BATCH as u64)).sample_size(20);
    let (state, left) = (std::cell::RefCell::new(new()), std::cell::Cell::new(BATCHES));
    group.bench_function(BenchmarkId::from_parameter(engine), |bencher| {
        bencher.iter_batched(
            || {
                if left.get() == 0 {
                    state.replace(new());
                    left.set(BATCHES);
                }
                left.set(left.get() - 1);
            },
            |()| assert_eq!(step(&mut state.borrow_mut()).exact, BATCH as u64),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, ledger);
criterion_main!(benches);
