// The example, as its README tells it: with the official SDK, against the stand-in.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { callBack, document, standIn } from './stand-in.js'

const folders = []
process.on('exit', () => folders.forEach(folder => rmSync(folder, { recursive: true, force: true })))

/** A store in a folder of its own. */
function store() {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-express-'))
  folders.push(folder)
  return `sqlite:${join(folder, 'inbox.db')}`
}

/** Starts a program, and waits for its port. Its lines come one by one. */
async function start(t, name, env = {}) {
  const file = fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [file], { env: { ...process.env, PORT: '0', NODE_ENV: 'test', ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const lines = []
  const waiting = []
  let rest = ''
  child.stdout.on('data', piece => {
    const whole = (rest + piece).split('\n')
    rest = whole.pop()
    lines.push(...whole)
    waiting.splice(0).forEach(wake => wake())
  })
  const line = async found => {
    for (;;) {
      const at = lines.findIndex(line => found.test(line))
      if (at >= 0) return lines[at]
      await new Promise(resolve => waiting.push(resolve))
    }
  }
  const port = Number(/\d+$/.exec(await line(/^listening/))[0])
  return { child, lines, line, url: `http://127.0.0.1:${port}` }
}

/** A stand-in that keeps submissions for the test to deliver. */
async function deepgram(t) {
  const submissions = []
  const waiting = []
  const server = standIn(submission => {
    submissions.push(submission)
    waiting.splice(0).forEach(wake => wake())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => server.close())
  const next = async () => {
    while (submissions.length === 0) await new Promise(resolve => waiting.push(resolve))
    return submissions.shift()
  }
  return { next, url: `http://127.0.0.1:${server.address().port}` }
}

const PUBLIC_URL = 'https://hooks.example.com/hook'

async function submit(server, job) {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ job, url: 'https://example.com/audio.wav' })
  const reply = await fetch(`${server.url}/submissions`, { method: 'POST', headers, body })
  return { status: reply.status, ...(await reply.json()) }
}

test('a submission by the official SDK has its transcript, and a repeat is answered and not handled', async t => {
  const far = await deepgram(t)
  const server = await start(t, 'server.js', { PUBLIC_URL, STORE: store(), DEEPGRAM_URL: far.url })
  const submitted = submit(server, 'call-42')
  const { callback, requestId } = await far.next()
  assert.deepEqual(await callBack(callback, server.url, document(requestId, 'hello there')), [200])
  const { status, submission } = await submitted
  assert.equal(status, 202)
  assert.deepEqual(await callBack(callback, server.url, document(requestId, 'hello there')), [200])
  const result = await fetch(`${server.url}/submissions/${submission}`)
  assert.deepEqual(await result.json(), { transcript: 'hello there' })
  await server.line(/^call-42: hello there/)
  // Deliveries of one submission come in their order: had there been a second one, it would have come before this failure.
  assert.deepEqual(await callBack(callback, server.url, '{"err_code":"X","err_msg":"late trouble"}'), [200])
  await server.line(/^call-42 failed: late trouble/)
  assert.equal(server.lines.filter(line => line.startsWith('call-42: ')).length, 1)
  assert.equal((await fetch(`${server.url}/hook`, { method: 'POST', body: document(requestId, 'forged') })).status, 401)
})

test('the callback may come before the reply, and three megabytes are as welcome as three kilobytes', async t => {
  const far = await deepgram(t)
  const server = await start(t, 'server.js', { PUBLIC_URL, STORE: store(), DEEPGRAM_URL: far.url })
  const submitted = submit(server, 'early')
  const { callback, requestId } = await far.next()
  const large = document(requestId, 'early bird').padEnd(3_000_000)
  assert.deepEqual(await callBack(callback, server.url, large), [200])
  assert.equal((await submitted).requestId, requestId)
  await server.line(/^early: early bird/)
})

test('after a crash the next process handles what was kept', async t => {
  const far = await deepgram(t)
  const env = { PUBLIC_URL, STORE: store(), DEEPGRAM_URL: far.url }
  const server = await start(t, 'server.js', env)
  const submitted = submit(server, 'crash')
  const { callback, requestId } = await far.next()
  await submitted
  server.child.kill('SIGKILL')
  await once(server.child, 'exit')
  const next = await start(t, 'server.js', env)
  assert.deepEqual(await callBack(callback, next.url, document(requestId, 'after all')), [200])
  await next.line(/^crash: after all/)
  next.child.kill('SIGTERM')
  const [code] = await once(next.child, 'exit')
  assert.equal(code, 0)
})

test('the original loses a transcript that is larger than its body parser', async t => {
  const server = await start(t, 'original.js')
  const callback = `${PUBLIC_URL}`
  const id = '019f0000-0000-7000-8000-000000000001'
  assert.deepEqual(await callBack(callback, server.url, document(id, 'small')), [200])
  const statuses = await callBack(callback, server.url, document(id, 'large').padEnd(200_000))
  assert.deepEqual(statuses, Array(11).fill(413))
  assert.ok(!server.lines.includes('large'))
})
