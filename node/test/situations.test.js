// The vectors of receivers: what a delivery is, what lets it in, and what it is answered. They are given to a receiver over memory. Cases with a
// submission of a given id are left to the other languages, for here ids are made of random bytes; and so are those about an inbox, which
// handles after it has answered.
'use strict'

const assert = require('node:assert/strict')
const { test } = require('node:test')
const zlib = require('node:zlib')
const { Clock, Dead, Receiver } = require('ringback')
const { bytes, load } = require('./vectors.js')

/** What of a setup a receiver here can be told. */
const KNOWN = [
  'audience', 'basic', 'body_limit', 'extra_secret', 'fallback', 'grace', 'keys', 'let_anybody_post', 'remember_interim', 'require_expected', 'routes',
  'ticket_in_extra', 'ticket_in_path', 'unproven_body_limit',
]

/** When the steps of the vectors begin. */
const START = 1_795_000_000_000

/** The answers to situations without an inbox. */
const POLICY = new Map(load('policy').map(({ name, memory }) => [name, memory]))

/** Keys as a text, named by their places. */
const keysText = keys => keys.map((key, at) => `k${at}:${Buffer.from(key, 'hex').toString('base64')}`).join('\n')

/** A receiver of this setup. Each rule and the fallback hand on the number of their route. */
function make(setup, handle, clock = new Clock(START)) {
  const it = new Receiver({
    store: 'memory',
    clock,
    ...(setup.keys === undefined ? { ticketKeys: false } : { ticketKeysText: keysText(setup.keys) }),
    audience: setup.audience,
    grace: setup.grace,
    requireExpected: setup.require_expected,
    ticketInPath: setup.ticket_in_path,
    ticketInExtra: setup.ticket_in_extra,
    basic: setup.basic,
    bodyLimit: setup.body_limit,
    unprovenBodyLimit: setup.unproven_body_limit,
    extraSecret: setup.extra_secret?.join(':'),
    letAnybodyPost: setup.let_anybody_post,
    rememberInterim: setup.remember_interim,
  })
  it.onError(() => {})
  for (const { to, kind, tag, extra, job_prefix: jobPrefix, sender } of setup.routes ?? []) {
    const conditions = { tag, jobPrefix, sender, ...(extra && { extra: { [extra[0]]: extra[1] } }) }
    if (kind === undefined) it.onAny(conditions, delivery => handle(delivery, to))
    else it.on(kind, conditions, delivery => handle(delivery, to))
  }
  return it.fallback(delivery => handle(delivery, setup.fallback ?? 0))
}

const bare = setup => Object.keys(setup).every(name => KNOWN.includes(name))

test('what a body is', async () => {
  const cases = load('contents').filter(({ setup }) => bare(setup))
  assert.ok(cases.length >= 5)
  for (const { name, setup, headers, body, content, kind } of cases) {
    let seen
    const it = make(setup, delivery => void (seen = delivery))
    const { status, situation } = await it.receive({ headers, body: bytes(body) })
    if (content === 'incomplete') assert.equal(status, 400, name)
    else if (content === 'malformed') assert.equal(situation, 'malformed', name)
    else {
      assert.equal(seen.kind, kind, name)
      // A text may happen to be JSON.
      if (content !== 'text') assert.equal(seen.payload !== undefined, content === 'json', name)
      assert.ok(seen.body.equals(bytes(body)), name)
    }
    await it.close()
  }
})

test('what is answered, handled, and handled again', async () => {
  // What differs from what is known has a row of its own here, and not that of the first.
  const plain = ({ step, handle }) => ['deliver', 'settle'].includes(step) && !handle?.revises
  const cases = load('situations').filter(({ setup, steps }) => bare(setup) && steps.every(plain))
  assert.ok(cases.length >= 100)
  let count = 0
  const seen = new Set()
  /** An answer as the vectors have it; all of it is what the policy says. */
  const told = ({ status, situation, code, headers, body }, name) => {
    const expected = POLICY.get(situation)
    assert.deepEqual({ status, headers, body }, { status: expected.status, headers: Object.fromEntries(expected.headers), body: expected.body }, name)
    seen.add(situation)
    return { status, situation, error: code }
  }
  for (const { name, setup, steps } of cases) {
    let arrived
    const handled = []
    const clock = new Clock(START)
    const handle = (delivery, route) => new Promise((resolve, reject) => handled.push({ delivery, route, resolve, reject }) && arrived())
    const it = make(setup, handle, clock)
    const works = new Map()
    for (const step of steps) {
      count += 1
      clock.advance(START + step.at - clock.now)
      if (step.step === 'settle') {
        const { resolve, reject, answer, settled } = works.get(step.work)
        // A promise is settled once.
        if (settled) continue
        works.get(step.work).settled = true
        if (step.outcome === 'done') resolve()
        else reject(step.outcome === 'dead' ? new Dead() : new Error('failed'))
        assert.deepEqual(told(await answer, name), { error: undefined, ...step.answer }, name)
        continue
      }
      const handling = new Promise(resolve => (arrived = resolve))
      const { method, target, headers = [], body } = step
      const plain = body === undefined ? Buffer.alloc(0) : bytes(body)
      // The vectors give bodies as they are when a server has undone their compression, which is done here.
      const gzip = headers.some(([name, value]) => /^content-encoding$/i.test(name) && /^(x-)?gzip$/i.test(value))
      const answer = it.receive({ method, target, headers, body: gzip ? zlib.gzipSync(plain) : plain })
      await Promise.race([answer, handling])
      const work = handled.pop()
      if (step.handle === undefined) {
        assert.equal(work, undefined, name)
        assert.deepEqual(told(await answer, name), { error: undefined, ...step.answer }, name)
        continue
      }
      assert.ok(work, `${name}: ${JSON.stringify(step.answer ?? step.handle)}`)
      works.set(step.handle.work, { ...work, answer })
      const { delivery, route } = work
      const { work: _, same_as: same, id: __, ...expected } = step.handle
      const found = {
        kind: delivery.kind,
        sender: delivery.sender,
        request_id: delivery.requestId,
        job: delivery.job,
        route,
        attempts_seen: delivery.attemptsSeen,
        again: delivery.again,
        late: delivery.late,
        revises: delivery.revises,
      }
      assert.deepEqual(found, { request_id: undefined, job: undefined, route: 0, attempts_seen: 1, again: false, late: false, revises: false, ...expected }, name)
      for (const [other, { delivery: earlier }] of works) {
        if (other !== step.handle.work) assert.equal(delivery.id === earlier.id, other === same || works.get(same)?.delivery.id === earlier.id, name)
      }
      if (step.masked !== undefined) assert.ok(delivery.body.equals(bytes(step.masked)), name)
    }
    // What the vectors leave unsettled ends here.
    for (const { resolve } of works.values()) resolve()
    await it.close()
  }
  assert.ok(count >= 250)
  // Without an inbox nothing is stored or sent to the disk, and what differs is handled; a mismatch and what is held need a submission of a
  // given id; and nothing here is full or away.
  const never = ['stored', 'differing', 'mismatch', 'held', 'oversize', 'unavailable']
  assert.deepEqual([...POLICY.keys()].filter(name => !seen.has(name)), never)
})

test('Basic pairs name the sender', async () => {
  for (const { name, pairs, user, password, sender, error } of load('basic_pairs')) {
    const open = () => make({ basic: pairs }, delivery => void (seen = delivery.sender))
    let seen = null
    // No header can say that a colon belongs to the user.
    if (user !== undefined && bytes(user).includes(':')) continue
    // Without a pair nobody is asked, and no receiver opens.
    if (pairs.length === 0) continue
    if (error !== undefined) {
      assert.throws(open, { code: error }, name)
      continue
    }
    const it = open()
    const credential = Buffer.concat([bytes(user), Buffer.from(':'), bytes(password)]).toString('base64')
    const { status } = await it.receive({ headers: { authorization: `Basic ${credential}` }, body: 'some text' })
    assert.equal(status, sender === null ? 401 : 200, name)
    assert.equal(seen, sender, name)
    await it.close()
  }
})

test('jobs have the names of the vectors', async () => {
  const it = new Receiver({ store: 'memory', ticketKeysText: `test:${Buffer.alloc(32, 7).toString('base64')}`, url: 'https://example.com/hook' })
  for (const { name, text, error } of load('jobs')) {
    if (error !== undefined) await assert.rejects(it.expect({ job: text }), { code: error }, name)
    else assert.ok(decodeURIComponent(new URL((await it.expect({ job: text })).callbackUrl).username).endsWith(`.${text}`), name)
  }
  await it.close()
})
