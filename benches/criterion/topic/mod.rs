//! What the programs have in common: a group for each shape, in it every engine, each of them checked before it is timed.

use criterion::{BenchmarkId, Criterion, Throughput};
use ringback_benches::answer::Answer;
use ringback_benches::body::Bodies;
use ringback_benches::payload::Shape;
use ringback_benches::rng::Rng;
use ringback_benches::task::Task;

/// Measures a task. An iteration goes over all variants of a shape.
pub fn bench(criterion: &mut Criterion, task: Task) {
    for shape in Shape::ALL {
        let bodies = Bodies::copy(&shape.documents(), &mut Rng::new(1));
        let mut group = criterion.benchmark_group(format!("{}/{}", task.name(), shape.name()));
        group.throughput(Throughput::Bytes(bodies.bytes() as u64));
        let mut expected: Option<Answer> = None;
        for mut candidate in task.candidates(bodies.longest()) {
            let answer = (candidate.run)(&bodies);
            let first = *expected.get_or_insert(answer);
            assert!(first.agrees(&answer), "{} found {answer:?}, others {first:?}", candidate.engine);
            group.bench_function(BenchmarkId::from_parameter(candidate.engine), |bencher| {
                bencher.iter(|| assert_eq!((candidate.run)(&bodies), answer));
            });
        }
        group.finish();
    }
}
