'use strict'

const { classes, ERROR_CODES } = require('./lib/error.js')
const { parse, Payload, Results, KINDS } = require('./lib/payload.js')
const { List, Words, Columns, Texts } = require('./lib/view.js')

module.exports = { parse, Payload, Results, List, Words, Columns, Texts, KINDS, ERROR_CODES, ...classes, views: require('./lib/views.js') }
