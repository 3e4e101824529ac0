// Stands in for Deepgram on this machine: takes submissions, answers with a request id, and calls back. It is the tunnel as well:
// whatever host the callback URL names, TUNNEL_TO gets the call.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

/** Calls back like Deepgram: up to ten times more, until the answer is 2xx; here without the 30 seconds in between. */
export async function callBack(callback, tunnel, body) {
  const { username, password, pathname, search } = new URL(callback)
  const authorization = `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`
  const statuses = []
  for (let attempt = 0; attempt <= 10; attempt++) {
    const headers = { 'content-type': 'application/json', authorization }
    const { status } = await fetch(new URL(pathname + search, tunnel), { method: 'POST', headers, body })
    statuses.push(status)
    if (status >= 200 && status < 300) break
  }
  return statuses
}

/** A document as Deepgram makes it. */
export function document(requestId, transcript) {
  const metadata = { request_id: requestId, created: new Date().toISOString(), duration: 1.5, channels: 1 }
  return JSON.stringify({ metadata, results: { channels: [{ alternatives: [{ transcript, confidence: 0.99, words: [] }] }] } })
}

/** The server. `deliver` gets each submission after its reply. */
export function standIn(deliver) {
  return createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url, 'http://stand-in')
    const callback = searchParams.get('callback')
    req.resume()
    if (req.method !== 'POST' || pathname !== '/v1/listen' || callback === null) {
      res.writeHead(400, { 'content-type': 'application/json' })
      return res.end('{"err_code":"Bad Request","err_msg":"Invalid query string."}')
    }
    const requestId = randomUUID()
    res.writeHead(200, { 'content-type': 'application/json' })
    res.end(JSON.stringify({ request_id: requestId }), () => deliver({ callback, requestId }))
  })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { PORT = '8080', TUNNEL_TO = 'http://127.0.0.1:3000' } = process.env
  const server = standIn(async ({ callback, requestId }) => {
    const statuses = await callBack(callback, TUNNEL_TO, document(requestId, 'Hello from the stand-in.'))
    console.log(`${requestId}: ${statuses.join(', ')}`)
  })
  server.listen(Number(PORT), '127.0.0.1', () => console.log(`standing in for Deepgram on port ${server.address().port}`))
}
