// Writes `views.d.ts`, the types of the views, from their table. With `--check` it only says whether the file is as it should be.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const table = createRequire(import.meta.url)('../lib/table.js')
const file = fileURLToPath(new URL('../views.d.ts', import.meta.url))

const TYPES = {
  text: () => 'string | undefined',
  float: () => 'number | undefined',
  seconds: () => 'number | undefined',
  whole: () => 'number | undefined',
  truth: () => 'boolean | undefined',
  view: target => `${target} | undefined`,
  list: target => `List<${target}>`,
  words: () => 'Words',
  texts: () => 'readonly string[] | undefined',
  pairs: () => 'Readonly<Record<string, string>> | undefined',
  value: () => 'unknown',
  first: () => 'string | undefined',
  index: () => 'ChannelIndex | undefined',
  interim: () => 'boolean',
  time: () => 'boolean',
  models: () => 'readonly { readonly id?: string; readonly model: Model }[]',
}

let text = `// Written by \`npm run types\` from lib/table.js; a test compares.
import type { ChannelIndex, List, Words } from './index.js'

/** An object of a document. Nothing of it is decoded before it is asked for. */
export interface View {
  /** The object as JavaScript has it, members without a getter included. */
  toJSON(): Record<string, unknown>
}
`
for (const [name, { about, ...rows }] of Object.entries(table)) {
  text += `\n/** ${about} */\nexport interface ${name} extends View {\n`
  for (const [getter, [type, , sentence]] of Object.entries(rows)) {
    const [reader, target] = type.split(' ')
    text += `  /** ${sentence} */\n  readonly ${getter}: ${TYPES[reader](target)}\n`
    if (reader === 'seconds') {
      text += `  /** The same as \`${getter}\`, in whole milliseconds and without rounding errors. */\n`
      text += `  readonly ${getter}Millis: number | undefined\n`
    }
  }
  text += '}\n'
}

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('views.d.ts is not what lib/table.js says: run `npm run types`')
    process.exitCode = 1
  }
} else {
  writeFileSync(file, text)
}
