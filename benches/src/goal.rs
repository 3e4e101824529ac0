//! What is to be reached: the one table of goals, and how a measurement is held against it.

use crate::payload::Shape;
use crate::task::Task;
use crate::task::engine::*;

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// What is measured.
    pub name: &'static str,
    /// The documents that it is measured on; each is a case of its own.
    pub cases: &'static [Shape],
    /// How.
    pub measure: Measure,
    /// The least that is promised.
    pub floor: f64,
    /// What is aimed at.
    pub aim: f64,
}

/// How a ratio comes about.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// How many times as fast as the fastest of the others one of ours does a task: more is better.
    Speed {
        /// The task.
        task: Task,
        /// Which of ours.
        ours: &'static str,
        /// The others.
        others: &'static [&'static str],
    },
    /// What share of the time for validating a task takes on top of it, both ours: less is better.
    Cost {
        /// The task, which includes validating.
        task: Task,
    },
    /// How many times as fast as a hash map the ledger is: more is better.
    Ledger,
    /// How often memory is asked for: less is better.
    Allocations,
}

/// What has been reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Met {
    /// Not even the floor.
    None,
    /// The floor.
    Floor,
    /// The aim.
    Aim,
}

const LONG: &[Shape] = &[Shape::Medium, Shape::Channels, Shape::Large];
const FULL_VALIDATORS: &[&str] = &[SIMDJSON, YYJSON, SERDE_JSON_CHECKED];

const fn speed(task: Task, ours: &'static str, others: &'static [&'static str]) -> Measure {
    Measure::Speed { task, ours, others }
}

/// All goals of the core.
pub const GOALS: &[Goal] = &[
    Goal {
        name: "validate, 100 kB and up, compact",
        cases: LONG,
        measure: speed(Task::Validate, RINGBACK, FULL_VALIDATORS),
        floor: 2.2,
        aim: 3.5,
    },
    Goal {
        name: "validate, small",
        cases: &[Shape::Small],
        measure: speed(Task::Validate, RINGBACK, &[YYJSON]),
        floor: 1.5,
        aim: 2.0,
    },
    Goal {
        name: "validate, one stream message",
        cases: &[Shape::Stream],
        measure: speed(Task::Validate, RINGBACK, &[YYJSON]),
        floor: 1.2,
        aim: 1.6,
    },
    Goal {
        name: "validate, pretty-printed",
        cases: &[Shape::Pretty],
        measure: speed(Task::Validate, RINGBACK, &[SIMDJSON]),
        floor: 1.0,
        aim: 1.5,
    },
    Goal {
        name: "validate, non-ASCII",
        cases: &[Shape::NonAscii],
        measure: speed(Task::Validate, RINGBACK, &[SIMDJSON]),
        floor: 1.6,
        aim: 2.2,
    },
    Goal {
        name: "validate, SSE2 only",
        cases: &Shape::ALL,
        measure: speed(Task::Validate, RINGBACK_SSE2, &[SONIC]),
        floor: 1.5,
        aim: 2.0,
    },
    Goal {
        name: "validate, no SIMD",
        cases: &Shape::ALL,
        measure: speed(Task::Validate, RINGBACK_SCALAR, &[SERDE_JSON]),
        floor: 0.9,
        aim: 1.2,
    },
    Goal {
        name: "envelope: cost over validating",
        cases: &[Shape::Large],
        measure: Measure::Cost { task: Task::Envelope },
        floor: 0.05,
        aim: 0.02,
    },
    Goal {
        name: "words, 3 MB",
        cases: &[Shape::Large],
        measure: speed(Task::Words, RINGBACK, &[SIMDJSON]),
        floor: 1.7,
        aim: 2.4,
    },
    Goal {
        name: "words, small",
        cases: &[Shape::Small],
        measure: speed(Task::Words, RINGBACK, &[YYJSON]),
        floor: 1.0,
        aim: 1.4,
    },
    Goal {
        name: "words, one stream message",
        cases: &[Shape::Stream],
        measure: speed(Task::Words, RINGBACK, &[YYJSON]),
        floor: 1.0,
        aim: 1.4,
    },
    Goal {
        name: "receive: cost over validating",
        cases: &[Shape::Large],
        measure: Measure::Cost { task: Task::Receive },
        floor: 0.50,
        aim: 0.15,
    },
    Goal {
        name: "ledger: arrive + settle, a million submissions expected",
        cases: &[],
        measure: Measure::Ledger,
        floor: 0.5,
        aim: 1.0,
    },
    Goal { name: "allocations in the core", cases: &[], measure: Measure::Allocations, floor: 0.0, aim: 0.0 },
];

impl Goal {
    /// What the measurement has reached.
    #[must_use]
    pub fn met(&self, ratio: f64) -> Met {
        let reaches = |mark: f64| match self.measure {
            Measure::Speed { .. } | Measure::Ledger => ratio >= mark,
            Measure::Cost { .. } | Measure::Allocations => ratio <= mark,
        };
        match (reaches(self.floor), reaches(self.aim)) {
            (_, true) => Met::Aim,
            (true, false) => Met::Floor,
            (false, false) => Met::None,
        }
    }

    /// Against whom, in words.
    #[must_use]
    pub fn against(&self) -> String {
        match self.measure {
            Measure::Speed { others: [only], .. } => (*only).into(),
            Measure::Speed { others, .. } => format!("best of {}", others.join(", ")),
            Measure::Cost { .. } => "validating".into(),
            Measure::Ledger => "hashbrown insert + remove".into(),
            Measure::Allocations => "none".into(),
        }
    }

    /// The ratio as a person reads it, and the floor and the aim.
    #[must_use]
    pub fn shown(&self, ratio: f64) -> String {
        match self.measure {
            Measure::Speed { .. } | Measure::Ledger => format!("{ratio:.2}x"),
            Measure::Cost { .. } => format!("{:.1} %", 100.0 * ratio),
            Measure::Allocations => format!("{ratio}"),
        }
    }
}

impl Met {
    /// What it is called in a record: `none`, `floor` or `aim`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Met::None => "none",
            Met::Floor => "floor",
            Met::Aim => "aim",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal(measure: Measure, floor: f64, aim: f64) -> Goal {
        Goal { name: "", cases: &[], measure, floor, aim }
    }

    #[test]
    fn of_speed_more_is_better_and_of_cost_less() {
        let speed = goal(Measure::Ledger, 0.5, 1.0);
        assert_eq!([0.49, 0.5, 1.0].map(|ratio| speed.met(ratio)), [Met::None, Met::Floor, Met::Aim]);
        let cost = goal(Measure::Cost { task: Task::Envelope }, 0.05, 0.02);
        assert_eq!([0.051, 0.05, 0.02].map(|ratio| cost.met(ratio)), [Met::None, Met::Floor, Met::Aim]);
    }

    #[test]
    fn no_aim_is_easier_than_its_floor() {
        assert!(GOALS.iter().all(|goal| goal.met(goal.aim) == Met::Aim && goal.met(goal.floor) >= Met::Floor));
        assert!(GOALS.iter().filter(|goal| goal.floor != goal.aim).all(|goal| goal.met(goal.floor) == Met::Floor));
    }
}
