// Views: a place in a body, and what is asked of it. Nothing is decoded before it is asked for.
//
// The memory of a body is in private members, so that no program can change it.
'use strict'

const { native, scratch } = require('./error.js')

/** What a member is wanted as. The numbers are those of `src/view.rs`. */
const TEXT = 0
const FLOAT = 1
const WHOLE = 2
const TRUTH = 3
const MILLIS = 4
const OBJECT = 5
const ARRAY = 6

/** Reads of a view, which need its private members. */
let member, inner, list, words, texts, wholes, pairs, models

/** An object of a document. */
class View {
  #slab
  #at
  #from
  #to

  constructor(slab, at, from, to) {
    this.#slab = slab
    this.#at = at
    this.#from = from
    this.#to = to
  }

  /** The object as JavaScript has it, members without a getter included. */
  toJSON() {
    return JSON.parse(native.raw(this.#slab, this.#at, this.#from, this.#to))
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
    return `${this.constructor.name} ${inspect(this.toJSON(), options)}`
  }

  static {
    member = (view, name, want) => native.member(view.#slab, view.#at, view.#from, view.#to, name, want)
    inner = (view, name, Class) =>
      member(view, name, OBJECT) && new Class(view.#slab, view.#at, scratch[0], scratch[1])
    list = (view, name, Class) =>
      member(view, name, ARRAY)
        ? new List(view.#slab, view.#at, scratch[0], scratch[1], Class)
        : new List(undefined, 0, 0, 0, Class)
    words = (view, name, Class) =>
      member(view, name, ARRAY)
        ? new Words(view.#slab, view.#at, scratch[0], scratch[1], Class)
        : new Words(undefined, 0, 0, 0, Class)
    texts = (view, name) =>
      member(view, name, ARRAY) ? native.elements(view.#slab, view.#at, scratch[0], scratch[1], TEXT) : undefined
    wholes = (view, name) =>
      member(view, name, ARRAY) ? native.elements(view.#slab, view.#at, scratch[0], scratch[1], WHOLE) : undefined
    pairs = (view, name) => {
      if (!member(view, name, OBJECT)) return undefined
      const flat = native.pairs(view.#slab, view.#at, scratch[0], scratch[1], TEXT)
      const found = Object.create(null)
      for (let at = 0; at < flat.length; at += 2) found[flat[at]] = flat[at + 1]
      return found
    }
    models = (view, name, Class) => {
      if (!member(view, name, OBJECT)) return []
      const flat = native.pairs(view.#slab, view.#at, scratch[0], scratch[1], OBJECT)
      const found = []
      for (let at = 0; at < flat.length; at += 3) {
        found.push({ id: flat[at], model: new Class(view.#slab, view.#at, flat[at + 1], flat[at + 2]) })
      }
      return found
    }
  }
}

/**
 * The objects of an array, as views. It is read like an array that cannot be changed: by `length`, `[i]`, iteration and the methods
 * of arrays. A list that the document lacks is empty, and `isPresent` is false. Elements that are no objects are passed over.
 */
class List {
  #slab
  #at
  #from
  #to
  #Class
  #ends
  #items

  constructor(slab, at, from, to, Class) {
    this.#slab = slab
    this.#at = at
    this.#from = from
    this.#to = to
    this.#Class = Class
  }

  /** The two ends of each element, found when they are first needed. */
  #index() {
    return (this.#ends ??=
      this.#slab === undefined ? EMPTY : native.elements(this.#slab, this.#at, this.#from, this.#to, OBJECT))
  }

  #item(index) {
    const ends = this.#index()
    return new this.#Class(this.#slab, this.#at, ends[2 * index], ends[2 * index + 1])
  }

  /** Whether the document has this list, be it empty. */
  get isPresent() {
    return this.#slab !== undefined
  }

  get length() {
    return this.#index().length / 2
  }

  at(index) {
    index = Math.trunc(index) || 0
    if (index < 0) index += this.length
    return index >= 0 && index < this.length ? this.#item(index) : undefined
  }

  *[Symbol.iterator]() {
    for (let index = 0, { length } = this; index < length; index++) yield this.#item(index)
  }

  /** All elements as an array, made once. */
  toArray() {
    return (this.#items ??= Object.freeze(Array.from({ length: this.length }, (_, index) => this.#item(index))))
  }

  toJSON() {
    return this.toArray().map(item => item.toJSON())
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
    return `${this.constructor.name}(${this.length}) ${inspect(this.toArray(), options)}`
  }

  static {
    /** The columns of the words here. */
    List.columns = list => {
      if (list.#slab === undefined) return new Columns(undefined, 0, new ArrayBuffer(0), 0)
      const memory = native.columns(list.#slab, list.#at, list.#from, list.#to)
      return new Columns(list.#slab, list.#at, memory, scratch[0])
    }
  }
}

const EMPTY = new Uint32Array(0)
const columnsOf = List.columns
delete List.columns

/** The methods of arrays that change nothing. */
const METHODS = [
  'concat', 'entries', 'every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap', 'forEach', 'includes',
  'indexOf', 'join', 'keys', 'lastIndexOf', 'map', 'reduce', 'reduceRight', 'slice', 'some', 'values',
]
for (const name of METHODS) {
  const method = Array.prototype[name]
  const value = function (...given) {
    return method.apply(this.toArray(), given)
  }
  Object.defineProperty(List.prototype, name, { value, writable: true, configurable: true })
}

/** The place that the name of a property stands for, if it does. */
function place(name) {
  if (typeof name !== 'string') return -1
  const index = Number(name)
  return index >= 0 && String(Math.trunc(index)) === name ? index : -1
}

// What no list has is looked for here, so that `list[3]` is an element, and all else is as quick as without it.
Object.setPrototypeOf(
  List.prototype,
  new Proxy(Object.create(Object.prototype), {
    get(target, name, list) {
      const index = place(name)
      return index < 0 ? Reflect.get(target, name, list) : list.at(index)
    },
  }),
)

/** The words of an alternative or an utterance: a list that can be read as columns. */
class Words extends List {
  #columns

  /** All words as columns of numbers: the quick way to read many. Made once. */
  get columns() {
    return (this.#columns ??= columnsOf(this))
  }
}

/**
 * Words as typed arrays, one row for each word. A number that is absent is NaN, a speaker that is absent is -1. The arrays are
 * copies of their own, to be changed at will.
 */
class Columns {
  #slab
  #at
  #memory
  #rows
  #words
  #punctuated

  constructor(slab, at, memory, rows) {
    // One column after the other: three of floats, two of places, one of small numbers.
    this.starts = new Float64Array(memory, 0, rows)
    this.ends = new Float64Array(memory, 8 * rows, rows)
    this.confidences = new Float64Array(memory, 16 * rows, rows)
    this.speakers = new Int32Array(memory, 40 * rows, rows)
    this.#slab = slab
    this.#at = at
    // Places of texts are not shown, and a program that changes the memory finds other texts of the same document, or none.
    this.#memory = memory
    this.#rows = rows
  }

  get length() {
    return this.#rows
  }

  /** The words as recognised. */
  get words() {
    return (this.#words ??= this.#texts(24))
  }

  /** The words with capitals and punctuation; empty texts where they were not asked for. */
  get punctuatedWords() {
    return (this.#punctuated ??= this.#texts(32))
  }

  /** The texts whose places begin after so many bytes for each row. */
  #texts(before) {
    if (this.#slab === undefined) return new Texts('', EMPTY)
    const places = new Uint32Array(this.#memory, before * this.#rows, 2 * this.#rows)
    return new Texts(...native.texts(this.#slab, this.#at, places))
  }
}

/** Texts as one string and where each of them ends in it. A text that the document lacks is empty. */
class Texts {
  constructor(joined, ends) {
    this.joined = joined
    this.ends = ends
  }

  get length() {
    return this.ends.length
  }

  at(index) {
    return index < 0 || index >= this.ends.length
      ? undefined
      : this.joined.substring(index === 0 ? 0 : this.ends[index - 1], this.ends[index])
  }

  *[Symbol.iterator]() {
    for (let index = 0; index < this.length; index++) yield this.at(index)
  }

  toArray() {
    return Array.from(this)
  }
}

module.exports = {
  View, List, Words, Columns, Texts, TEXT, FLOAT, WHOLE, TRUTH, MILLIS, OBJECT, ARRAY,
  member, inner, list, words, texts, wholes, pairs, models,
}
