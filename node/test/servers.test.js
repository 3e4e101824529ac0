// The same deliveries before every server that people use: once each, whatever stands around.
'use strict'

const assert = require('node:assert/strict')
const { createServer } = require('node:http')
const { test } = require('node:test')
const zlib = require('node:zlib')
const { corpus } = require('./vectors.js')
const { authorization, collector, listen, raw, receiver, send, transcript } = require('./rig.js')

const express5 = require('express')
const express4 = require('express4')
const fastify = require('fastify')

/** Each takes a receiver and gives a server. Around it stands what usually does: a body parser with its small limit, a page. */
const SERVERS = {
  'node:http': it => createServer(it.node((req, res) => res.end('app'))),
  'Express 5, in front': it => createServer(it.node(application(express5))),
  'Express 4, in front': it => createServer(it.node(application(express4))),
  'Express 5, a route': it => createServer(application(express5, app => app.post('/hook', it.express()))),
  'Express 4, a route': it => createServer(application(express4, app => app.post('/hook', it.express()))),
  'Express 5, a middleware': it => createServer(application(express5, app => app.use(it.express()))),
  'Express 4, a router': it =>
    createServer(application(express4, app => app.use('/hook', express4.Router().use(it.express())))),
  'Express 5, behind a raw body': it => createServer(application(express5, app => app.post('/hook', express5.raw({ type: '*/*', limit: '10mb' }), it.express()))),
  'Fastify, in front': async it => {
    const app = fastify({ serverFactory: handler => createServer(it.node(handler)) })
    app.get('/page', () => 'app')
    await app.ready()
    return app.server
  },
  Hono: async it => {
    const { Hono } = await import('hono')
    const { getRequestListener } = await import('@hono/node-server')
    const app = new Hono()
    app.post('/hook', context => it.fetch(context.req.raw))
    app.get('/page', context => context.text('app'))
    return createServer(getRequestListener(app.fetch))
  },
}

/** An application of Express with a page; `before` adds what comes before the body parser. */
function application(express, before = () => {}) {
  const app = express()
  before(app)
  app.use(express.json())
  app.get('/page', (req, res) => res.send('app'))
  return app
}

for (const [name, make] of Object.entries(SERVERS)) {
  test(`${name}: repeats, bad credentials, cut and large bodies`, async t => {
    const it = receiver(t, { bodyLimit: 4_000_000 })
    const handled = collector()
    it.onAny(handled)
    const port = await listen(t, await make(it))
    const submission = await it.expect({ job: 'call-42' })
    const auth = authorization(submission.callbackUrl)
    // Larger than what a body parser takes.
    const body = transcript({ size: 3_000_000 })
    for (let attempt = 0; attempt < 2; attempt++) assert.equal((await send(port, { auth, body })).status, 200)
    assert.equal((await send(port, { auth: `${auth}x`, body })).status, 401)
    assert.equal((await send(port, { body })).status, 401)
    assert.equal((await send(port, { auth, body: body.subarray(0, 60), type: undefined })).status, 400)
    const rest = 'host: x\r\ncontent-length: 10\r\n\r\n'
    // A `Request` of the web has one header of each name, so that two are one that is wrong.
    assert.match(await raw(port, `POST /hook HTTP/1.1\r\nconnection: close\r\nauthorization: ${auth}\r\nauthorization: ${auth}\r\n${rest}0123456789`), /^HTTP\/1\.1 40[01] /)
    await raw(port, `POST /hook HTTP/1.1\r\nauthorization: ${auth}\r\n${rest}{"a"`, { half: true })
    const [delivery] = await handled.count(1)
    assert.equal(delivery.job, 'call-42')
    assert.ok(delivery.body.equals(body))
    assert.ok(await it.drain({ timeout: 20_000 }))
    assert.equal(handled.all.length, 1)
    if (name !== 'node:http') assert.equal((await send(port, { method: 'GET', path: '/page' })).body, 'app')
  })

  test(`${name}: a body over the limit on memory goes to the disk`, async t => {
    const it = receiver(t, { basic: 'user:password', bodyLimit: 1_000, oversizeLimit: 4_000_000 })
    it.onAny(() => assert.fail('it is too large'))
    const port = await listen(t, await make(it))
    const auth = `Basic ${btoa('user:password')}`
    const sizes = [1_001, 3_000_000]
    for (const size of sizes) {
      const { status, body } = await send(port, { auth, body: transcript({ size }) })
      assert.deepEqual([status, body], [200, 'ok\n'])
    }
    assert.equal((await send(port, { auth, body: transcript({ size: 4_000_001 }) })).status, 413)
    assert.equal((await send(port, { body: transcript({ size: 3_000_000 }) })).status, 401)
    const letters = await it.deadLetters()
    assert.deepEqual(letters.map(({ reason, bytes }) => [reason, bytes]), sizes.map(size => ['oversize', size]))
    for (const { id, bytes } of letters) assert.ok((await it.letter(id)).body.equals(transcript({ size: bytes })))
  })
}

test('every payload of the corpus comes to a handler as it was sent', async t => {
  const rows = corpus()
  for (const [name, make] of Object.entries(SERVERS).filter(([name]) => /^(node|Express 5, a route|Fastify|Hono)/.test(name))) {
    const it = receiver(t, { requireExpected: false })
    const handled = collector()
    it.onAny(handled)
    const port = await listen(t, await make(it))
    const sent = new Map()
    await Promise.all(
      rows.map(async ({ file, kind, body, isJson }, at) => {
        const submission = await it.expect({ job: `row-${at}`, use: kind.startsWith('stream') ? 'stream' : 'document' })
        sent.set(`row-${at}`, { file, kind, body })
        const answer = await send(port, { auth: authorization(submission.callbackUrl), body, type: isJson ? 'application/json' : 'text/plain' })
        assert.equal(answer.status, 200, `${name}: ${file}`)
      }),
    )
    await handled.count(rows.length)
    for (const delivery of handled.all) {
      const { file, kind, body } = sent.get(delivery.job)
      assert.equal(delivery.kind, kind, `${name}: ${file}`)
      assert.ok(delivery.body.equals(body), `${name}: ${file}`)
    }
  }
})

for (const [name, express] of [['Express 5', express5], ['Express 4', express4]]) {
  test(`${name}: a body that a parser has read is taken from rawBody, or refused with what to change`, async t => {
    const it = receiver(t, { basic: 'user:password' })
    const errors = []
    const handled = collector()
    it.onError(error => errors.push(error.code)).onAny(handled)
    const app = express()
    app.use('/kept', express.json({ verify: (req, _, body) => (req.rawBody = body) }))
    app.use('/lost', express.json())
    app.post('/kept', it.express())
    app.post('/lost', it.express())
    const port = await listen(t, createServer(app))
    const auth = `Basic ${btoa('user:password')}`
    assert.equal((await send(port, { path: '/kept', auth, body: transcript() })).status, 200)
    const lost = await send(port, { path: '/lost', auth, body: transcript({ id: 2 }) })
    assert.equal(lost.status, 500)
    assert.match(lost.body, /put ringback in front of it, or keep req\.rawBody/)
    const zipped = zlib.gzipSync(transcript({ id: 3 }))
    assert.equal((await send(port, { path: '/kept', auth, headers: { 'content-encoding': 'gzip' }, body: zipped })).status, 200)
    // A stranger does not learn how the server is built.
    assert.equal((await send(port, { path: '/lost', body: transcript() })).body, 'unauthorized\n')
    await handled.count(2)
    const bodies = handled.all.map(({ body }) => body.toString()).sort()
    assert.deepEqual(bodies, [transcript(), transcript({ id: 3 })].map(String))
    assert.deepEqual(errors, ['body_consumed'])
  })

  test(`${name}: a guard stands before a handler that is there already`, async t => {
    const it = receiver(t, { store: 'memory', basic: 'user:password' })
    const seen = []
    const errors = []
    it.onError(error => errors.push(error.message))
    const app = express()
    app.post('/hook', it.guard(), express.json(), (req, res) => {
      seen.push([req.delivery.requestId, req.body.results.channels[0].alternatives[0].transcript])
      res.sendStatus(seen.length === 1 ? 500 : 200)
    })
    const port = await listen(t, createServer(app))
    const auth = `Basic ${btoa('user:password')}`
    const body = transcript({ size: 200_000 })
    const statuses = []
    for (let attempt = 0; attempt < 3; attempt++) statuses.push((await send(port, { auth, body })).status)
    assert.deepEqual(statuses, [500, 200, 200])
    assert.equal((await send(port, { body })).status, 401)
    assert.equal(seen.length, 2)
    assert.deepEqual(seen[0], seen[1])
    assert.deepEqual(errors, ['the handler answered 500'])
  })
}

test('a guard needs a receiver whose handlers come first', t => {
  assert.throws(() => receiver(t).guard(), { code: 'handler_first_only' })
})

test('a Request whose body was read is refused, and waitUntil hears of the work that is left', async t => {
  const it = receiver(t, { basic: 'user:password' })
  const handled = collector()
  it.onAny(handled)
  const request = body =>
    new Request('https://example.com/any/path?x', { method: 'POST', body, headers: { authorization: `Basic ${btoa('user:password')}` } })
  const read = request(transcript())
  await read.text()
  await assert.rejects(it.fetch(read), { code: 'body_consumed' })
  const work = []
  const answer = await it.fetch(request(transcript()), { waitUntil: promise => work.push(promise) })
  assert.deepEqual([answer.status, await answer.text()], [200, 'ok\n'])
  assert.equal(work.length, 1)
  assert.equal(await work[0], true)
  assert.equal(handled.all.length, 1)
  const refused = await it.fetch(new Request('https://example.com/', { method: 'POST', body: '{}' }))
  assert.equal(refused.status, 401)
  assert.match(refused.headers.get('www-authenticate'), /^Basic/)
})
