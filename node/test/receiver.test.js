// The receiver behind `node:http`: kept before the answer, handled once, waited for.
'use strict'

const assert = require('node:assert/strict')
const http = require('node:http')
const { test } = require('node:test')
const zlib = require('node:zlib')
const { Receiver, Dead, CredentialError, CallbackUrlError, ResultError, RouteError } = require('ringback')
const { ID, authorization, collector, listen, raw, receiver, send, transcript } = require('./rig.js')

for (const store of ['memory', 'sqlite']) {
  test(`${store}: a delivery comes to its handler once, and its submission has its result`, async t => {
    const it = receiver(t, { store })
    const handled = collector()
    it.on('transcript', handled)
    const port = await listen(t, http.createServer(it.node()))
    const submission = await it.expect({ job: 'call-42', context: 'from the help desk' })
    assert.equal(await submission.accepted(`${ID}01`), 'no')
    const auth = authorization(submission.callbackUrl)
    const result = it.result(submission.id, { timeout: 20_000 })
    for (let attempt = 0; attempt < 3; attempt++) {
      const answer = await send(port, { auth, body: transcript() })
      assert.deepEqual([answer.status, answer.body], [200, 'ok\n'])
    }
    const [delivery] = await handled.count(1)
    assert.equal(delivery.kind, 'transcript')
    assert.equal(delivery.job, 'call-42')
    assert.equal(delivery.requestId, `${ID}01`)
    assert.equal(delivery.submission, submission.id)
    assert.equal(delivery.context.toString(), 'from the help desk')
    assert.equal(delivery.contentType, 'application/json')
    assert.equal(delivery.payload.transcript, 'hello there')
    assert.deepEqual(delivery.body, transcript())
    assert.deepEqual([delivery.again, delivery.late, delivery.revises], [false, false, false])
    assert.equal((await result).payload.transcript, 'hello there')
    assert.equal((await it.result('call-42', { timeout: 0 })).id, delivery.id)
    assert.equal((await it.result({ requestId: `${ID}01` })).requestId, `${ID}01`)
    assert.ok(await it.drain({ timeout: 20_000 }))
    assert.equal(handled.all.length, 1)
  })

  test(`${store}: a handler that fails gets the delivery again, and one that says dead does not`, async t => {
    const it = receiver(t, { store, basic: 'user:password', backoff: 1, backoffLimit: 1 })
    const errors = []
    const tries = []
    it.onError((error, delivery) => errors.push([error.message, delivery.requestId]))
    it.on('transcript', delivery => {
      tries.push(delivery.requestId)
      if (delivery.requestId === `${ID}02`) throw new Dead('never')
      if (tries.length === 1) throw new Error('not now')
    })
    const port = await listen(t, http.createServer(it.node()))
    const auth = `Basic ${btoa('user:password')}`
    const first = await send(port, { auth, body: transcript() })
    assert.equal(first.status, store === 'memory' ? 500 : 200)
    if (store === 'memory') assert.equal((await send(port, { auth, body: transcript() })).status, 200)
    else assert.ok(await it.drain({ timeout: 20_000 }))
    assert.equal((await send(port, { auth, body: transcript({ id: 2 }) })).status, 200)
    assert.ok(await it.drain({ timeout: 20_000 }))
    assert.deepEqual(tries, [`${ID}01`, `${ID}01`, `${ID}02`])
    assert.deepEqual(errors, [['not now', `${ID}01`], ['never', `${ID}02`]])
    const letters = await it.deadLetters()
    assert.deepEqual(letters.map(({ requestId, reason }) => [requestId, reason]), [[`${ID}02`, 'failed']])
  })

  test(`${store}: bad credentials are refused before a byte of body, all alike`, async t => {
    const it = receiver(t, { store, basic: ['one=user:password'] })
    it.onAny(() => assert.fail('nobody may get here'))
    const port = await listen(t, http.createServer(it.node()))
    const right = Buffer.from('user:password').toString('base64')
    for (const auth of [undefined, 'Basic eDp5', 'Bearer x', 'Basic ***', `Basic ${right.slice(0, -3)}`]) {
      const answer = await send(port, { auth, body: transcript() })
      assert.equal(answer.status, 401)
      assert.equal(answer.body, 'unauthorized\n')
      assert.match(answer.headers['www-authenticate'], /^Basic realm=/)
    }
    const head = `POST /hook HTTP/1.1\r\nhost: x\r\nauthorization: Basic ${right}\r\nauthorization: Basic ${right}\r\ncontent-length: 5\r\n\r\n`
    assert.match(await raw(port, head), /^HTTP\/1\.1 400 /)
    assert.match(await raw(port, `POST /hook HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n`), /^HTTP\/1\.1 401 /)
    assert.equal((await send(port, { method: 'GET', auth: `Basic ${right}` })).status, 405)
    assert.equal((await send(port, { path: '/other' })).status, 404)
    assert.match(await it.metrics(), /ringback_refused_total\{reason="credential_missing"\} 2/)
  })

  test(`${store}: bodies that are cut, malformed, too large, compressed`, async t => {
    const it = receiver(t, { store, basic: 'user:password', bodyLimit: 100_000 })
    const handled = collector()
    it.onAny(handled)
    const port = await listen(t, http.createServer(it.node()))
    const auth = `Basic ${btoa('user:password')}`
    const inbox = store === 'sqlite'
    assert.equal((await send(port, { auth, body: transcript().subarray(0, 60) })).status, 400)
    assert.equal((await send(port, { auth, body: '{"a":x}' })).status, inbox ? 200 : 422)
    const large = inbox ? 200 : 413
    assert.equal((await send(port, { auth, body: transcript({ size: 100_001 }) })).status, large)
    const chunked = { 'transfer-encoding': 'chunked' }
    assert.equal((await send(port, { auth, headers: chunked, body: transcript({ size: 100_002 }) })).status, large)
    const gzip = { 'content-encoding': 'gzip' }
    const zipped = zlib.gzipSync(transcript({ size: 90_000 }))
    assert.equal((await send(port, { auth, headers: gzip, body: zipped.subarray(0, -4) })).status, 400)
    assert.equal((await send(port, { auth, headers: gzip, body: zlib.gzipSync(Buffer.alloc(1e7, ' ')) })).status, large)
    assert.equal((await send(port, { auth, headers: { 'content-encoding': 'br' }, body: 'x' })).status, 415)
    assert.equal((await send(port, { auth, headers: gzip, body: zipped })).status, 200)
    const [delivery] = await handled.count(1)
    assert.deepEqual(delivery.body, transcript({ size: 90_000 }))
    // A connection that ends in the middle leaves nothing behind.
    const head = `POST /hook HTTP/1.1\r\nhost: x\r\nauthorization: ${auth}\r\ncontent-length: 100\r\n\r\n`
    await raw(port, `${head}{"metadata"`, { half: true })
    assert.ok(await it.drain({ timeout: 20_000 }))
    assert.equal(handled.all.length, 1)
    const letters = (await it.deadLetters()).map(({ reason, bytes }) => `${reason} ${bytes}`)
    assert.deepEqual(letters, inbox ? ['incomplete 60', 'malformed 7', 'oversize 100001', 'oversize 100002', 'oversize 10000000'] : [])
  })
}

test('a body on its way to the disk: repeated, cut off, compressed, too large for the disk', async t => {
  const it = receiver(t, { basic: 'user:password', bodyLimit: 10_000, oversizeLimit: 9_000_000 })
  const port = await listen(t, http.createServer(it.node()))
  const auth = `Basic ${btoa('user:password')}`
  const body = transcript({ size: 8_000_000 })
  // Not all the same, so that it is some pieces long when it is compressed.
  for (let at = 300, seed = 1; at < body.length; at++) body[at] = 32 + ((seed = (seed * 48_271) % 2_147_483_647) & 63)
  const zipped = zlib.gzipSync(body)
  const gzip = { 'content-encoding': 'gzip' }
  const chunked = { 'transfer-encoding': 'chunked' }
  for (let attempt = 0; attempt < 2; attempt++) assert.equal((await send(port, { auth, body })).status, 200)
  assert.equal((await send(port, { auth, headers: gzip, body: zipped })).status, 200)
  assert.equal((await send(port, { auth, headers: { ...gzip, ...chunked }, body: zipped })).status, 200)
  assert.equal((await send(port, { auth, headers: gzip, body: zipped.subarray(0, -4) })).status, 400)
  const damaged = Buffer.from(zipped)
  damaged.fill(0xff, 3_000_000, 3_001_000)
  assert.ok([400, 422].includes((await send(port, { auth, headers: gzip, body: damaged })).status))
  assert.equal((await send(port, { auth, headers: chunked, body: Buffer.alloc(9_000_001, 'x') })).status, 413)
  assert.equal((await send(port, { auth, headers: gzip, body: zlib.gzipSync(Buffer.alloc(2e7, ' ')) })).status, 413)
  for (const sent of [100, 12_000, 3_000_000]) {
    const head = `POST /hook HTTP/1.1\r\nhost: x\r\nauthorization: ${auth}\r\ncontent-length: ${body.length}\r\n\r\n`
    await raw(port, Buffer.concat([Buffer.from(head), body.subarray(0, sent)]), { half: true })
  }
  const [letter, ...others] = await it.deadLetters()
  assert.deepEqual([letter.reason, letter.bytes, others], ['oversize', body.length, []])
  assert.ok((await it.letter(letter.id)).body.equals(body))
  const metrics = await it.metrics()
  assert.match(metrics, /ringback_deliveries_total\{kind="unknown",outcome="oversize"\} 1/)
  assert.match(metrics, /ringback_refused_total\{reason="body_too_large"\} 2/)
})

test('a large body is parsed away from the event loop, and comes whole', async t => {
  const it = receiver(t, { store: 'memory', basic: 'user:password' })
  const handled = collector()
  it.onAny(handled)
  const port = await listen(t, http.createServer(it.node()))
  const auth = `Basic ${btoa('user:password')}`
  const bodies = [1, 2, 3, 4].map(id => transcript({ id, size: 3_000_000 }))
  const answers = await Promise.all(bodies.map(body => send(port, { auth, body })))
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200])
  for (const delivery of handled.all) {
    const id = Number(delivery.requestId.slice(-2))
    assert.ok(delivery.body.equals(bodies[id - 1]))
    assert.equal(delivery.payload.at('/metadata/request_id'), delivery.requestId)
  }
})

test('rules are asked in their order, and the fallback gets the rest', async t => {
  const it = receiver(t, { store: 'memory', basic: ['acme=user:password', 'other=b:c'] })
  const seen = []
  const note = name => delivery => void seen.push([name, delivery.kind])
  it.on('transcript', { tag: 'day' }, note('day'))
    .on('transcript', { extra: { desk: '7' }, sender: 'acme' }, note('desk 7 of acme'))
    .on('transcript', { tag: 'night' }, note('night'))
    .onAny({ sender: 'other' }, note('other'))
    .fallback(note('rest'))
  const auth = `Basic ${btoa('user:password')}`
  const give = (headers, body) => it.receive({ headers: { authorization: headers, 'content-type': 'application/json' }, body })
  assert.equal((await give(auth, transcript())).status, 200)
  assert.equal((await give(`Basic ${btoa('b:c')}`, transcript({ id: 2 }))).situation, 'handled')
  assert.equal((await give(`Basic ${btoa('b:c')}`, '{"err_code":"X","err_msg":"y"}')).status, 200)
  assert.equal((await give(auth, '{"err_code":"X","err_msg":"y"}')).status, 200)
  assert.deepEqual(seen, [['desk 7 of acme', 'transcript'], ['night', 'transcript'], ['other', 'failure'], ['rest', 'failure']])
  assert.throws(() => it.on('transcript', { tag: 'night' }, note('')), RouteError)
  assert.throws(() => it.on('transcripts', note('')), { code: 'kind_unknown' })
  assert.throws(() => it.on('transcript', { tags: 'x' }, note('')), TypeError)
  assert.throws(() => it.on('transcript'), TypeError)
})

test('a delivery that nobody takes is reported, and kept', async t => {
  const it = receiver(t, { basic: 'user:password', tries: 1 })
  const errors = []
  it.onError(error => errors.push(error.code))
  it.on('audio', () => assert.fail('this is no audio'))
  it.start()
  const headers = [['authorization', `Basic ${btoa('user:password')}`]]
  assert.equal((await it.receive({ headers, body: transcript() })).situation, 'stored')
  assert.ok(await it.drain({ timeout: 20_000 }))
  assert.deepEqual(errors, ['handler_missing'])
  const [letter] = await it.deadLetters()
  assert.equal(letter.reason, 'failed')
  assert.equal((await it.letter(letter.id)).payload.transcript, 'hello there')
  it.on('transcript', () => {})
  assert.equal(await it.replay(letter.id), true)
  assert.ok(await it.drain({ timeout: 20_000 }))
  assert.deepEqual(await it.deadLetters(), [])
  assert.equal(await it.replay(letter.id), true)
})

test('audio and text come as bytes', async t => {
  const it = receiver(t, { store: 'memory', basic: 'user:password' })
  const handled = collector()
  it.onAny(handled)
  const headers = type => ({ authorization: `Basic ${btoa('user:password')}`, 'content-type': type })
  const sound = Buffer.from([0x52, 0x49, 0x46, 0x46, 0, 1, 2, 255])
  assert.equal((await it.receive({ headers: headers('audio/wav'), body: sound })).status, 200)
  assert.equal((await it.receive({ headers: headers('text/plain'), body: 'no such model' })).status, 200)
  const [audio, failure] = handled.all
  assert.deepEqual([audio.kind, audio.payload, audio.body], ['audio', undefined, sound])
  assert.deepEqual([failure.kind, failure.payload, failure.body.toString()], ['failure', undefined, 'no such model'])
})

test('a stream ends with its final pieces in order', async t => {
  const it = receiver(t)
  it.onAny(() => {}).start()
  const submission = await it.expect({ job: 'stream-1', use: 'stream' })
  const headers = { authorization: authorization(submission.callbackUrl), 'content-type': 'application/json' }
  const piece = (start, is_final, text) =>
    JSON.stringify({ type: 'Results', channel_index: [0, 1], start, duration: 1, is_final, channel: { alternatives: [{ transcript: text }] } })
  for (const body of [piece(2, true, 'world'), piece(0, false, 'hel'), piece(0, true, 'hello'), '{"type":"Metadata","sha256":"x","duration":3}']) {
    assert.equal((await it.receive({ headers, body })).status, 200)
  }
  const reply = await submission.result({ timeout: 20_000 })
  assert.equal(reply.kind, 'stream.metadata')
  assert.deepEqual(reply.segments.map(segment => segment.transcript), ['hello', 'world'])
})

test('who waits hears why there is no result', async t => {
  const it = receiver(t, { store: 'memory' })
  const submission = await it.expect({ job: 'a', deadline: 1 })
  await assert.rejects(submission.result(), { code: 'submission_overdue' })
  const other = await it.expect({ job: 'b' })
  await assert.rejects(other.result({ timeout: 1 }), error => error instanceof ResultError && error.code === 'time_out')
  await assert.rejects(it.result('nobody', { timeout: 1 }), { code: 'submission_unknown' })
  await assert.rejects(it.result('0'.repeat(24), { timeout: 1 }), { code: 'submission_unknown' })
  await assert.rejects(it.result(7), TypeError)
  await assert.rejects(it.result({ job: 'a', requestId: 'b' }), TypeError)
  const reason = new Error('I have changed my mind')
  await assert.rejects(other.result({ signal: AbortSignal.abort(reason) }), reason)
  const stop = new AbortController()
  const result = other.result({ signal: stop.signal })
  stop.abort(reason)
  await assert.rejects(result, reason)
  const headers = { authorization: authorization(other.callbackUrl), 'content-type': 'application/json' }
  it.onAny(() => {})
  assert.equal((await it.receive({ headers, body: '{"err_code":"ASR","err_msg":"no"}' })).status, 200)
  await assert.rejects(other.result(), { code: 'job_failed' })
})

for (const options of [{}, { store: 'memory' }, { answer: 'handled' }]) test(`what is overdue is told, and listed: ${JSON.stringify(options)}`, async t => {
  const it = receiver(t, options)
  const overdue = new Promise(resolve => it.on('overdue', resolve))
  it.start()
  const submission = await it.expect({ job: 'late', deadline: 1, context: 'x' })
  const told = await overdue
  assert.deepEqual([told.id, told.job, told.context.toString()], [submission.id, 'late', 'x'])
  assert.deepEqual((await it.overdue()).map(({ job }) => job), ['late'])
  const next = await it.expect({ job: 'soon' })
  assert.deepEqual((await it.pending()).map(({ job }) => job), ['soon'])
  await next.cancel()
  assert.deepEqual(await it.pending(), [])
})

test('what is forgotten is gone', async t => {
  const it = receiver(t, { basic: 'user:password' })
  const headers = { authorization: `Basic ${btoa('user:password')}` }
  assert.equal((await it.receive({ headers, body: '{"metadata":' })).status, 400)
  assert.equal((await it.receive({ headers, body: transcript() })).situation, 'stored')
  assert.deepEqual(await it.forget({ tag: 'night' }), { deliveries: 1, unhandled: 1, submissions: 0 })
  await assert.rejects(it.forget({ everything: true }), TypeError)
  it.onAny(() => assert.fail('it is gone')).start()
  assert.ok(await it.drain({ timeout: 20_000 }))
})

test('a misspelt or a foolish option is refused, and says which', t => {
  const tickets = { ticketKeysText: `test:${Buffer.alloc(32, 7).toString('base64')}` }
  assert.throws(() => new Receiver({ store: 'memory', stroe: 'x' }), { name: 'TypeError', message: /stroe/ })
  assert.throws(() => new Receiver({ store: 'memory', anyPort: 'yes' }), { name: 'TypeError', message: /boolean/ })
  assert.throws(() => new Receiver({ store: 'mysql://x:secret@y' }), error => error.code === 'store_url_invalid' && !error.message.includes('secret'))
  assert.throws(() => new Receiver({ store: 'memory', ...tickets, url: 'https://example.com:3000/hook' }), error => {
    assert.ok(error instanceof CallbackUrlError)
    return error.code === 'url_port'
  })
  assert.throws(() => new Receiver({ store: 'memory', ticketKeys: false }), { code: 'credentials_unconfigured' })
  assert.throws(() => new Receiver({ store: 'memory', basic: 'user' }), CredentialError)
  const plain = receiver(t, { store: 'memory', basic: 'user:password', url: undefined })
  return assert.rejects(plain.expect({ job: 'no spaces' }).then(() => {}), { code: 'job_invalid' })
})

test('without a public URL there is no callback URL, and the error says so', async t => {
  const it = receiver(t, { store: 'memory', url: undefined })
  const submission = await it.expect({ job: 'a' })
  assert.throws(() => submission.callbackUrl, { code: 'url_malformed' })
})

test('a body that comes too slowly is not waited for', async t => {
  const it = receiver(t, { store: 'memory', basic: 'user:password' })
  it.onAny(() => assert.fail('it is not there'))
  let server
  const begun = new Promise(resolve => {
    const listener = it.node()
    server = http.createServer((req, res) => {
      listener(req, res)
      req.once('data', resolve)
    })
  })
  const port = await listen(t, server)
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const head = `POST /hook HTTP/1.1\r\nhost: x\r\nauthorization: Basic ${btoa('user:password')}\r\ncontent-length: 100000\r\n\r\n`
  const answer = raw(port, `${head}{`)
  await begun
  t.mock.timers.tick(5_000)
  t.mock.timers.tick(1_000)
  // It goes on sending nothing, and is cut off.
  await new Promise(resolve => setImmediate(resolve))
  t.mock.timers.tick(5_000)
  assert.match(await answer, /^HTTP\/1\.1 408 /)
})

test('a closed receiver asks senders to come again', async t => {
  const it = receiver(t, { store: 'memory', basic: 'user:password' })
  it.onError(() => {})
  const port = await listen(t, http.createServer(it.node()))
  await it.close()
  const { status, headers } = await send(port, { auth: `Basic ${btoa('user:password')}`, body: transcript() })
  assert.deepEqual([status, headers['retry-after']], [503, '30'])
})

test('a closed receiver says that it is closed', async t => {
  const it = receiver(t, { store: 'memory' })
  const submission = await it.expect({ job: 'a' })
  await it.close()
  await it.close()
  await assert.rejects(it.expect({ job: 'a' }), { code: 'receiver_closed' })
  await assert.rejects(submission.result(), { code: 'receiver_closed' })
  assert.throws(() => it.start(), { code: 'receiver_closed' })
})

test('deliveries of one submission are handled one after the other', async t => {
  const it = receiver(t)
  let running = 0
  let most = 0
  const order = []
  it.onAny(async delivery => {
    most = Math.max(most, ++running)
    await new Promise(resolve => setImmediate(resolve))
    order.push(delivery.payload.streamResults.start)
    running -= 1
  })
  const submission = await it.expect({ job: 's', use: 'stream' })
  const headers = { authorization: authorization(submission.callbackUrl), 'content-type': 'application/json' }
  for (let start = 0; start < 5; start++) {
    const body = JSON.stringify({ type: 'Results', channel_index: [0, 1], start, is_final: true, channel: {} })
    assert.equal((await it.receive({ headers, body })).situation, 'stored')
  }
  it.start()
  assert.ok(await it.drain({ timeout: 20_000 }))
  assert.deepEqual(order, [0, 1, 2, 3, 4])
  assert.equal(most, 1)
})
