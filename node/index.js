'use strict'

const { classes, ERROR_CODES } = require('./lib/error.js')
const { Clock } = require('./lib/clock.js')
const { parse, Payload, Results, KINDS } = require('./lib/payload.js')
const { Receiver, Delivery, Dead, Submission, Reply, Answer } = require('./lib/receiver.js')
const { List, Words, Columns, Texts } = require('./lib/view.js')

module.exports = {
  parse,
  Receiver,
  Clock,
  Dead,
  KINDS,
  ERROR_CODES,
  ...classes,
  // What is made for programs and not by them, for `instanceof`.
  Payload,
  Results,
  List,
  Words,
  Columns,
  Texts,
  Delivery,
  Submission,
  Reply,
  Answer,
  views: Object.freeze(require('./lib/views.js')),
}
