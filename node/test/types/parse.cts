// The same types, for CommonJS.
import ringback = require('ringback')

const payload: ringback.Payload = ringback.parse('{}')
const sentence: string | undefined = payload.failure?.message
void sentence
