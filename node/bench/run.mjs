// `npm run bench`, or `npm run bench -- --quick`, or with `parse` or `http` for one half: what is measured, and which of the goals are reached. On a machine that others use too,
// `--cpu` takes the time that this process was busy, its other threads included, instead of that of the wall.
import { cpus } from 'node:os'
import * as http from './http.mjs'
import * as parsing from './parse.mjs'

const cpu = process.argv.includes('--cpu')
const only = process.argv.find(name => ['parse', 'http'].includes(name))
const quick = process.argv.includes('--quick')
const mark = ({ floor, ratio }) => (floor === undefined ? '' : ratio >= floor ? `  reaches ${floor}x` : `  below ${floor}x`)

console.log(`Node ${process.version}, ${cpus()[0].model}, ${cpus().length} cores`)
if (only !== 'http') {
  console.log('\nMicroseconds for one body, median; how many times as fast as JSON.parse of the Buffer')
  const clock = cpu ? parsing.busy : undefined
  for (const row of await parsing.measure(quick ? { rounds: 5, span: 5, clock } : { clock })) {
    const { size, task, theirs, ours, ratio } = row
    console.log(`  ${task.padEnd(9)} ${size.padEnd(7)} ${theirs.toFixed(2).padStart(10)} ${ours.toFixed(2).padStart(9)} ${ratio.toFixed(2).padStart(6)}x${mark(row)}`)
  }
}

if (only !== 'parse') {
  console.log('\nRequests a second of Express, median; the same over those of express.json; milliseconds for one in which the server was busy, all its threads together;\n  delay of the event loop in milliseconds (median, 99th percentile)')
  for (const row of await http.measure(quick ? { rounds: 1, span: 300 } : {})) {
    const { size, name, rate, ratio, cost, p50, p99 } = row
    const delay = `${p50.toFixed(1).padStart(7)} ${p99.toFixed(1).padStart(7)}`
    console.log(`  ${size.padEnd(7)} ${name.padEnd(17)} ${rate.toFixed(0).padStart(7)} ${ratio.toFixed(2).padStart(6)}x ${cost.toFixed(2).padStart(7)} ${delay}${mark(row)}`)
  }
}
