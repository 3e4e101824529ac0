// The vectors of credentials, routes and callback URLs, as far as JavaScript has something to say about them. What it cannot be told is
// left to the other languages: the random bytes of a ticket, the uses that are let in, and what a callback URL is written of besides its base
// and its ticket, which belongs to the request to Deepgram and is the SDK's to write.
'use strict'

const assert = require('node:assert/strict')
const crypto = require('node:crypto')
const { test } = require('node:test')
const { Clock, Receiver } = require('ringback')
const { bytes, load } = require('./vectors.js')

const PAGE = 'https://example.com/hook'
const TRANSCRIPT = '{"metadata":{"request_id":"x"},"results":{"channels":[]}}'

/** How long an expired ticket is let in. */
const GRACE = 1_260_000

/** The answers to situations without an inbox. */
const POLICY = new Map(load('policy').map(({ name, memory }) => [name, memory]))

/** Keys as a text, named by their places. */
const keysText = keys => keys.map((key, at) => `k${at}:${Buffer.from(key, 'hex').toString('base64')}`).join('\n')

/** A receiver over memory; `seen` is the last delivery that came to its handler. */
function open(options, kind) {
  const it = new Receiver({ store: 'memory', ticketKeys: options.ticketKeysText === undefined ? false : undefined, ...options })
  const made = { it, seen: undefined }
  const take = delivery => void (made.seen = delivery)
  if (kind !== null) it.onAny(take)
  return made
}

/** Gives a delivery, and compares the whole answer with the vector of its situation. */
async function give({ it }, authorization, body, more = []) {
  const headers = [...(authorization === undefined ? [] : [['authorization', authorization]]), ...more]
  const answer = await it.receive({ headers, body })
  const { status, headers: fields, body: text } = POLICY.get(answer.situation)
  assert.deepEqual([answer.status, answer.headers, answer.body], [status, Object.fromEntries(fields), text])
  return answer
}

const basic = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** What a user name of a ticket is signed with, worked out by other means. */
function code(user, key, audience) {
  const own = crypto.createHmac('sha256', key).update(`ringback/ticket/v1\0${audience}`).digest()
  return crypto.createHmac('sha256', own).update(user).digest().subarray(0, 16).toString('base64url')
}

test('tickets are minted as the vectors are, and those of the vectors are let in', async () => {
  const uses = { d: 'document', s: 'stream', t: 'test' }
  const lives = { d: 86_400, s: 172_800, t: 86_400 }
  const cases = load('tickets_minted').filter(({ error }) => error === undefined)
  assert.ok(cases.length >= 8)
  for (const { name, key, audience, use, job, expiry, now, user, password, authorization } of cases) {
    const secret = Buffer.from(key, 'hex')
    assert.equal(code(user, secret, audience), password, name)
    const receiver = open({ ticketKeysText: keysText([key]), audience, url: PAGE, clock: new Clock(now) })
    const { status } = await give(receiver, authorization, TRANSCRIPT)
    const isOver = expiry !== null && now > expiry + GRACE
    assert.equal(status, isOver ? 401 : 200, name)
    if (!isOver) assert.deepEqual([receiver.seen.job, receiver.seen.late], [job, expiry !== null && now >= expiry], name)
    // A ticket for a replay is made by nobody but the command.
    if (uses[use] !== undefined) {
      const { callbackUrl } = await receiver.it.expect({ job, use: uses[use] })
      const { username, password: own } = new URL(callbackUrl)
      const [version, kind, kid, end, , ...rest] = decodeURIComponent(username).split('.')
      assert.deepEqual([version, kind, kid, rest.join('.')], ['r1', use, user.split('.')[2], job], name)
      assert.equal(Number(end), Math.floor(now / 1_000) + lives[use], name)
      assert.equal(own, code(decodeURIComponent(username), secret, audience), name)
    }
    await receiver.it.close()
  }
})

test('tickets are verified as the vectors say', async () => {
  let count = 0
  for (const { name, keys, audience, now, grace, user, password, ticket, error } of load('tickets_verified')) {
    // A receiver lets in all uses. A header cannot say that a colon belongs to the user, nor a control character at all.
    if (error === 'ticket_use_wrong' || /[:\0-\x1f]/.test(user) || /[\0-\x1f]/.test(password)) continue
    count += 1
    const receiver = open({ ticketKeysText: keysText(keys), audience, grace, clock: new Clock(now) })
    const { status, code: said } = await give(receiver, basic(user, password), TRANSCRIPT)
    if (error !== undefined) {
      // What does not look like a ticket is taken for a Basic pair that nobody has.
      const told = user.startsWith('r1.') ? error : 'credential_wrong'
      assert.deepEqual([status, said, receiver.seen], [401, told, undefined], name)
    } else {
      const { seen } = receiver
      assert.equal(status, 200, name)
      assert.deepEqual([seen.job, seen.late], [ticket.job, ticket.lateness !== null], name)
      assert.equal(seen.sender, ticket.kid, name)
    }
    await receiver.it.close()
  }
  assert.ok(count >= 45)
})

test('ticket keys have the ids of the vectors', async () => {
  for (const { name, key, file, audience = '', kid, keys, error } of load('ticket_keys')) {
    const make = () => open({ ticketKeysText: file ?? keysText([key]), audience, url: PAGE })
    if (error !== undefined) {
      assert.throws(make, { code: error }, name)
      continue
    }
    const { it } = make()
    const { callbackUrl } = await it.expect({ job: 'a' })
    assert.equal(new URL(callbackUrl).username.split('.')[2], kid ?? keys[0].kid, name)
    await it.close()
  }
})

test('an Authorization header is read as the vectors say', async () => {
  let count = 0
  for (const { name, value, user, password, error } of load('authorization')) {
    const header = bytes(value).toString('latin1')
    const [given, secret] = [user, password].map(part => part && bytes(part).toString())
    const pair = error === undefined ? `${given}:${secret}` : 'a:b'
    // A pair is a text, and neither half of it is empty.
    if (error === undefined && (given === '' || secret === '' || pair.includes('\ufffd'))) continue
    count += 1
    const receiver = open({ basic: [`it=${pair}`] })
    const { status, code: said } = await give(receiver, header, TRANSCRIPT)
    assert.deepEqual([status, said, receiver.seen?.sender], error === undefined ? [200, undefined, 'it'] : [401, error, undefined], name)
    await receiver.it.close()
  }
  assert.ok(count >= 25)
})

test('a secret in the document lets it in, and is masked', async () => {
  for (const { name, key, value, body, masked, error } of load('extra_secrets')) {
    // An option names a key and a value, or a value alone.
    if (body === undefined && (key === '' || key.includes(':'))) continue
    const make = () => open({ extraSecret: `${key}:${value}` })
    if (body === undefined) {
      assert.throws(make, { code: error }, name)
      continue
    }
    const receiver = make()
    const { status, code: said } = await give(receiver, undefined, bytes(body))
    if (error !== undefined) assert.deepEqual([status, said, receiver.seen], [401, error, undefined], name)
    else {
      assert.equal(status, 200, name)
      assert.ok(receiver.seen.body.equals(bytes(masked ?? body)), name)
    }
    await receiver.it.close()
  }
})

test('a delivery takes the route of the vectors', async () => {
  let count = 0
  for (const { name, routes, fallback, kind, job, sender, body, route, error } of load('routes')) {
    const asksFor = member => routes.some(rule => rule[member] !== undefined)
    // A ticket tells the job and is its own sender; a Basic pair tells the sender and no job.
    if (error !== undefined || (asksFor('sender') && asksFor('job_prefix')) || body === undefined) continue
    const receiver = open({ basic: sender && [`${sender}=user:password`], ticketKeysText: keysText(['07'.repeat(32)]), url: PAGE }, null)
    let taken
    for (const { to, kind: only, tag, extra, job_prefix: jobPrefix, sender: from } of routes) {
      const conditions = { tag, jobPrefix, sender: from, ...(extra && { extra: { [extra[0]]: extra[1] } }) }
      if (only === undefined) receiver.it.onAny(conditions, delivery => void (taken = [to, delivery.kind]))
      else receiver.it.on(only, conditions, delivery => void (taken = [to, delivery.kind]))
    }
    receiver.it.fallback(delivery => void (taken = [fallback, delivery.kind]))
    let authorization = basic('user', 'password')
    if (asksFor('job_prefix') || sender == null) {
      const { username, password } = new URL((await receiver.it.expect({ job: job ?? 'none' })).callbackUrl)
      authorization = basic(decodeURIComponent(username), password)
    }
    count += 1
    assert.equal((await give(receiver, authorization, bytes(body))).status, 200, name)
    assert.deepEqual(taken, [route, kind], name)
    await receiver.it.close()
  }
  assert.ok(count >= 15)
})

test('a callback URL is what the vectors say, or refused', async () => {
  const known = ['name', 'base', 'any_port', 'ticket', 'raw', 'encoded', 'warnings', 'error', 'offset']
  const cases = load('callback_urls').filter(row => Object.keys(row).every(member => known.includes(member)))
  assert.ok(cases.length >= 40)
  for (const { name, base, any_port: anyPort, ticket, raw, encoded, error, offset } of cases) {
    // A receiver gives a URL without a path one of its own, and has another word for none at all.
    if (base === '') continue
    if (error === undefined && /^\w+:\/\/[^/?]+\/?(\?|$)/.test(base)) continue
    const make = () => open({ url: base, anyPort, ticketKeysText: keysText(['07'.repeat(32)]) })
    // A base with credentials of its own has no place for a ticket.
    const wanted = error ?? (/^\w+:\/\/[^/]*@/.test(base) ? 'url_has_credentials' : undefined)
    let it
    try {
      it = make().it
    } catch (thrown) {
      assert.equal(thrown.code, wanted, name)
      if (thrown.offset !== undefined) assert.equal(thrown.offset, offset, name)
      continue
    }
    const submission = await it.expect({ job: 'call-42' })
    if (wanted !== undefined) assert.throws(() => submission.callbackUrl, { code: wanted }, name)
    else {
      const without = url => url.replace(`${ticket}@`, '').replace(`${submission.ticket}@`, '')
      assert.equal(without(submission.callbackUrl), without(raw), name)
      assert.ok(submission.callbackUrl.includes(`${submission.ticket}@`), name)
      // The SDK encodes it as a query value, with what JavaScript has for that.
      if (ticket === undefined) assert.equal(encodeURIComponent(without(submission.callbackUrl)), encoded, name)
    }
    await it.close()
  }
})
