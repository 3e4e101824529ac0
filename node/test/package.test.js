// The package as it is published: packed, installed into a clean folder, run there.
'use strict'

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { platform } = require('../lib/native.js')
const { folder } = require('./rig.js')

const here = path.join(__dirname, '..')
const manifest = JSON.parse(fs.readFileSync(path.join(here, 'package.json'), 'utf8'))

/** An environment without what npm has told the tests. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))

function run(program, args, cwd) {
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Packs a folder; the path of the archive. */
function pack(from, to) {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', to], from))
  return path.join(to, filename.replace('@', '').replace('/', '-'))
}

/** Installs archives into a clean folder, without a network, and uses the package there. */
function use(archives) {
  const clean = folder()
  fs.writeFileSync(path.join(clean, 'package.json'), '{"private":true}')
  run('npm', ['install', '--offline', '--omit=optional', '--no-audit', '--no-fund', ...archives], clean)
  const program = `
    import { parse, Receiver } from 'ringback'
    import { createRequire } from 'node:module'
    const same = createRequire(import.meta.url)('ringback').parse === parse
    const it = new Receiver({ store: 'memory', basic: 'user:password' }).onAny(() => {})
    const headers = { authorization: 'Basic ' + btoa('user:password') }
    const { status } = await it.receive({ headers, body: '{"metadata":{"request_id":"x"},"results":{"channels":[]}}' })
    console.log(parse('{}').kind, status, same)`
  fs.writeFileSync(path.join(clean, 'program.mjs'), program)
  assert.equal(run(process.execPath, ['program.mjs'], clean), 'unknown 200 true\n')
  assert.match(run(path.join(clean, 'node_modules', '.bin', 'ringback'), ['--version'], clean), /^ringback \d+\.\d+\.\d+/)
  check(clean)
  return clean
}

/** Checks a program against the types that were installed. */
function check(clean) {
  const program = `
    import { parse, Receiver, type Delivery, type Payload, type Word } from 'ringback'
    const kind: 'transcript' | undefined = parse('{}').kind === 'transcript' ? 'transcript' : undefined
    export const it: Receiver = new Receiver({ store: 'memory' }).onAny((delivery: Delivery) => delivery.payload satisfies Payload | undefined)
    export const first = (payload: Payload): Word | undefined => payload.alternative?.words.at(0)
    // @ts-expect-error: no such option
    new Receiver({ stroe: kind })`
  fs.writeFileSync(path.join(clean, 'types.mts'), program)
  const settings = { extends: path.join(here, 'test', 'types', 'tsconfig.json'), files: ['types.mts'], include: [] }
  const compilerOptions = { typeRoots: [path.join(here, 'node_modules', '@types')] }
  fs.writeFileSync(path.join(clean, 'tsconfig.json'), JSON.stringify({ ...settings, compilerOptions }))
  run(path.join(here, 'node_modules', '.bin', 'tsc'), ['-p', '.'], clean)
}

test('what npm packs out of a built tree installs and runs in a clean folder', () => {
  const clean = use([pack(here, folder())])
  const installed = path.join(clean, 'node_modules', 'ringback')
  const { scripts = {}, dependencies = {} } = JSON.parse(fs.readFileSync(path.join(installed, 'package.json'), 'utf8'))
  assert.deepEqual(dependencies, {})
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(scripts[name], undefined)
  for (const file of ['src', 'Cargo.toml', 'test', 'binding.gyp']) assert.ok(!fs.existsSync(path.join(installed, file)), file)
})

test('what is laid out for publishing runs as two packages', () => {
  run(process.execPath, ['scripts/layout.mjs'], here)
  const to = folder()
  const main = path.join(here, 'dist', 'ringback')
  const { optionalDependencies } = JSON.parse(fs.readFileSync(path.join(main, 'package.json'), 'utf8'))
  assert.equal(optionalDependencies[`@ringback/${platform()}`], manifest.version)
  const clean = use([pack(path.join(here, 'dist', '@ringback', platform()), to), pack(main, to)])
  assert.ok(!fs.existsSync(path.join(clean, 'node_modules', 'ringback', 'prebuilt')))
})

test('each platform says what it is for', () => {
  for (const name of fs.readdirSync(path.join(here, 'npm'))) {
    const { name: own, os, cpu, files } = JSON.parse(fs.readFileSync(path.join(here, 'npm', name, 'package.json'), 'utf8'))
    assert.equal(own, `@ringback/${name}`)
    assert.ok(name.startsWith(`${os[0]}-${cpu[0]}`))
    assert.deepEqual(files, ['ringback.node', 'ringback'])
  }
})

test('the version is that of the crates', () => {
  const workspace = fs.readFileSync(path.join(here, '..', 'Cargo.toml'), 'utf8')
  assert.equal(manifest.version, /\[workspace\.package\]\nversion = "([^"]+)"/.exec(workspace)[1])
})

test('a lock file names no registry', () => {
  for (const file of ['package-lock.json', '../examples/express/package-lock.json']) {
    assert.ok(!fs.readFileSync(path.join(here, file), 'utf8').includes('"resolved": "http'), file)
  }
})

test('the command passes its end on', () => {
  const command = path.join(here, 'bin', 'ringback.js')
  assert.throws(() => run(process.execPath, [command, 'inspect', '/nowhere'], here), { status: 2 })
})
