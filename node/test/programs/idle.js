// A receiver that was made and used, and is left alone: nothing keeps the process.
'use strict'

const { Receiver, parse } = require('ringback')

const it = new Receiver({ store: process.argv[2], url: 'https://example.com/hook' })
it.onAny(() => {})
it.expect({ job: 'a' }).then(submission => console.log(submission.arrived, parse('{}').kind))
