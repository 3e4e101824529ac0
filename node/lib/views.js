// The classes of the views, made of their table.
'use strict'

const table = require('./table.js')
const read = require('./view.js')

/** How a getter of each type reads the member. */
const READERS = {
  text: member => view => read.member(view, member, read.TEXT),
  float: member => view => read.member(view, member, read.FLOAT),
  seconds: member => view => read.member(view, member, read.FLOAT),
  whole: member => view => read.member(view, member, read.WHOLE),
  truth: member => view => read.member(view, member, read.TRUTH),
  view: (member, target) => view => read.inner(view, member, views[target]),
  list: (member, target) => view => read.list(view, member, views[target]),
  words: member => view => read.words(view, member, views.Word),
  texts: member => view => read.texts(view, member),
  pairs: member => view => read.pairs(view, member),
  value: member => view => view.toJSON()[member] ?? undefined,
  first: (_, ...getters) => view => {
    for (const getter of getters) if (view[getter] !== undefined) return view[getter]
    return undefined
  },
  index: member => view => {
    const [index, total] = read.wholes(view, member) ?? []
    return index === undefined ? undefined : total === undefined ? { index } : { index, total }
  },
  interim: () => view => view.isFinal === false,
  time: () => view => view.lastWordEndMillis >= 0,
  models: member => view => {
    const one = read.inner(view, member, views.Model)
    if (one === undefined) return []
    const isOne = one.name !== undefined || one.version !== undefined || one.arch !== undefined
    if (!isOne) return read.models(view, member, views.Model)
    return [view.modelUuid === undefined ? { model: one } : { id: view.modelUuid, model: one }]
  },
}

/** The getters of a row of the table: one, or two. */
function* getters(name, [type, member]) {
  const [reader, ...targets] = type.split(' ')
  yield [name, READERS[reader](member, ...targets)]
  if (reader === 'seconds') yield [`${name}Millis`, view => read.member(view, member, read.MILLIS)]
}

const views = {}
for (const [name, { about, ...rows }] of Object.entries(table)) {
  const Class = { [name]: class extends read.View {} }[name]
  for (const [row, columns] of Object.entries(rows)) {
    for (const [getter, get] of getters(row, columns)) {
      Object.defineProperty(Class.prototype, getter, {
        get() {
          return get(this)
        },
        enumerable: true,
        configurable: true,
      })
    }
  }
  views[name] = Class
}

module.exports = views
