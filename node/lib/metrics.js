// Counters, in the text that Prometheus reads. No label ever holds a job, a tag or a text.
'use strict'

const BOUNDS = [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60]

class Metrics {
  #counts = new Map()
  #seconds = new Map()

  /** Counts one more. `labels` is the text between the braces. */
  count(name, labels) {
    const key = `${name}{${labels}}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** Notes how long something took. */
  observe(name, labels, seconds) {
    const key = `${name} ${labels}`
    const series = this.#seconds.get(key) ?? { name, labels, buckets: BOUNDS.map(() => 0), sum: 0, count: 0 }
    series.sum += seconds
    series.count += 1
    for (const [at, bound] of BOUNDS.entries()) if (seconds <= bound) series.buckets[at] += 1
    this.#seconds.set(key, series)
  }

  /** All of it, with the deliveries in each state. */
  text(tally) {
    const lines = []
    const families = new Map()
    for (const [key, value] of this.#counts) {
      const name = key.slice(0, key.indexOf('{'))
      if (!families.has(name)) families.set(name, [])
      families.get(name).push(`ringback_${key} ${value}`)
    }
    for (const [name, values] of families) lines.push(`# TYPE ringback_${name} counter`, ...values)
    const typed = new Set()
    for (const { name, labels, buckets, sum, count } of this.#seconds.values()) {
      if (!typed.has(name)) lines.push(`# TYPE ringback_${name} histogram`)
      typed.add(name)
      for (const [at, bound] of BOUNDS.entries()) lines.push(`ringback_${name}_bucket{${labels},le="${bound}"} ${buckets[at]}`)
      lines.push(`ringback_${name}_bucket{${labels},le="+Inf"} ${count}`)
      lines.push(`ringback_${name}_sum{${labels}} ${sum}`, `ringback_${name}_count{${labels}} ${count}`)
    }
    const { overdue, ...states } = tally
    lines.push('# TYPE ringback_inbox_deliveries gauge')
    for (const [state, value] of Object.entries(states)) lines.push(`ringback_inbox_deliveries{state="${state}"} ${value}`)
    lines.push('# TYPE ringback_overdue gauge', `ringback_overdue ${overdue}`)
    return `${lines.join('\n')}\n`
  }
}

module.exports = { Metrics }
