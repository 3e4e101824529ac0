// Builds the native half for this platform and puts it where `lib/native.js` looks for it.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRequire } from 'node:module'

const { platform } = createRequire(import.meta.url)('../lib/native.js')
const here = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Builds packages of the workspace, and answers the files that came out. */
function build(...packages) {
  const options = ['build', '--release', '--locked', '--message-format=json-render-diagnostics']
  const { status, stdout, error } = spawnSync('cargo', [...options, ...packages.flatMap(name => ['-p', name])], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 30,
    encoding: 'utf8',
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
  const messages = stdout.split('\n').filter(Boolean).map(line => JSON.parse(line))
  return messages.filter(({ reason }) => reason === 'compiler-artifact')
}

/** Copies under another name first: a process that has the old file open keeps it whole. What only debuggers read is left out. */
function place(from, name) {
  const folder = join(here, 'prebuilt', platform())
  mkdirSync(folder, { recursive: true })
  copyFileSync(from, join(folder, `${name}.new`))
  if (process.platform === 'linux') spawnSync('strip', ['--strip-debug', join(folder, `${name}.new`)])
  renameSync(join(folder, `${name}.new`), join(folder, name))
}

const made = build('ringback-node', 'ringback-cli')
const addon = made.find(({ target }) => target.name === 'ringback_node')
const command = made.find(({ executable }) => executable !== null)
place(addon.filenames.find(file => /\.(so|dylib|dll)$/.test(file)), 'ringback.node')
place(command.executable, process.platform === 'win32' ? 'ringback.exe' : 'ringback')
