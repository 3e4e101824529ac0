// Time, for tests of programs that receive.
'use strict'

const { native } = require('./error.js')

/** Clocks that no program has any more are taken off the desk of the native half. A receiver keeps its own. */
const left = new FinalizationRegistry(number => native.leaveClock(number))

let numberOf

/** A clock that goes when it is told to: given to a receiver, it decides what has expired and what is due. */
class Clock {
  #number

  constructor(now = 1_795_000_000_000) {
    this.#number = native.clock(Number(now))
    left.register(this, this.#number)
  }

  /** The present moment. */
  get now() {
    return new Date(native.advance(this.#number, 0))
  }

  /** Goes on by so many milliseconds. */
  advance(milliseconds) {
    native.advance(this.#number, milliseconds)
  }

  static {
    numberOf = clock => clock.#number
  }
}

module.exports = { Clock, numberOf }
