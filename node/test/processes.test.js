// Processes and threads: clusters, worker threads, ends in the middle, and what is left in memory.
'use strict'

const assert = require('node:assert/strict')
const { fork, spawn } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { folder, receiver, send, transcript } = require('./rig.js')

const program = name => path.join(__dirname, 'programs', `${name}.js`)

/** Runs a program to its end; how it ended, and what it said. */
async function run(name, args, options = []) {
  const child = spawn(process.execPath, [...options, program(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let complaints = ''
  child.stdout.on('data', piece => (said += piece))
  child.stderr.on('data', piece => (complaints += piece))
  const [code, signal] = await once(child, 'close')
  return { code, signal, said, complaints }
}

test('two workers of a cluster share a store, and handle each delivery once', async t => {
  const store = `sqlite:${path.join(folder(), 'inbox.db')}`
  const primary = fork(program('cluster'), { env: { ...process.env, STORE: store } })
  t.after(() => primary.kill())
  const handled = []
  const served = new Set()
  const all = new Promise(resolve => {
    primary.on('message', ({ worker, id, requestId, answered }) => {
      if (answered) served.add(worker)
      if (id !== undefined) handled.push(requestId)
      if (new Set(handled).size === 12) resolve()
    })
  })
  const port = await new Promise(resolve => primary.on('message', message => message.port && resolve(message.port)))
  const auth = `Basic ${btoa('user:password')}`
  const requests = []
  // Each of them twice: its repeat mostly comes to the other worker.
  for (let id = 10; id < 22; id++) for (let attempt = 0; attempt < 2; attempt++) requests.push(send(port, { auth, body: transcript({ id }) }))
  for (const { status } of await Promise.all(requests)) assert.equal(status, 200)
  await all
  assert.equal(served.size, 2)
  const it = receiver(t, { store, basic: 'user:password' })
  assert.ok(await it.drain({ timeout: 20_000 }))
  assert.equal(handled.length, 12)
  primary.send('end')
  await once(primary, 'exit')
})

for (const [how, end] of [['exit', { code: 7, signal: null }], ['throw', { code: 1, signal: null }], ['kill', { code: null, signal: 'SIGTERM' }]]) {
  test(`a process may end in the middle of its work (${how}), and what it had is handled by the next one`, async t => {
    const store = `sqlite:${path.join(folder(), 'inbox.db')}`
    const { code, signal, said, complaints } = await run('exit', [store, how])
    assert.deepEqual({ code, signal }, end, complaints)
    assert.equal(said, 'handling unknown\n')
    const it = receiver(t, { store, basic: 'user:password' })
    const handled = new Promise(resolve => it.onAny(resolve))
    it.start()
    assert.equal((await handled).kind, 'transcript')
  })
}

test('a receiver that nobody waits for keeps no process', async t => {
  const { code, said, complaints } = await run('idle', [`sqlite:${path.join(folder(), 'inbox.db')}`])
  assert.deepEqual([code, said, complaints], [0, 'no unknown\n', ''])
})

test('worker threads parse and receive at once, and may end in the middle', async t => {
  for (const how of ['close', 'exit', 'hang']) {
    const workers = [0, 1, 2, 3].map(round => {
      const store = `sqlite:${path.join(folder(), 'inbox.db')}`
      const worker = new Worker(program('thread'), { workerData: { store, round, how } })
      return { round, worker, told: once(worker, 'message'), ended: once(worker, 'exit') }
    })
    for (const { round, worker, told, ended } of workers) {
      assert.deepEqual((await told)[0], [`r-${round}`, `r-${round}`])
      if (how === 'hang') await worker.terminate()
      await ended
    }
  }
})

test('a million parses leave less than one byte each', async t => {
  const { code, said, complaints } = await run('memory', [], ['--expose-gc'])
  assert.equal(code, 0, complaints)
  const { growth, rss } = JSON.parse(said)
  t.diagnostic(`growth ${growth.toFixed(4)} bytes a parse; resident ${(rss / 1e6).toFixed(0)} MB`)
  assert.ok(growth < 1, `${growth} bytes a parse`)
})
