import { headerError } from '../reader.ts'
import { JsonTokens, type JsonListener } from './json-tokens.ts'
import type { Table, TableCounter } from './table.ts'

const maxKeys = 65_536

/** Adds a key to those of the records, as often as it stands there. */
function addKey(keys: Set<string>, key: string): void {
  keys.add(key)
  if (keys.size > maxKeys) throw headerError(`The records have more than ${maxKeys} distinct keys.`)
}

/**
 * Counts the records of JSON (RFC 8259): the elements of a single array, or values one after the other, as in JSON Lines;
 * columns are the distinct keys of records that are objects.
 */
export class JsonCounter implements TableCounter, JsonListener {
  readonly #isLines: boolean
  readonly #tokens = new JsonTokens(this)
  #values = 0
  #isArray = false
  #elements = 0
  #keysOfValues = new Set<string>()
  #keysOfElements = new Set<string>()

  /** `isLines`: every value is a record, also where there is a single array. */
  constructor(isLines: boolean) {
    this.#isLines = isLines
  }

  take(piece: Uint8Array): void {
    this.#tokens.take(piece)
  }

  value(depth: number, isArray: boolean): void {
    if (depth === 0) {
      this.#isArray = isArray && this.#values === 0
      this.#values++
    } else if (depth === 1 && this.#isArray) this.#elements++
  }

  wantsKey(depth: number): boolean {
    return depth === 1 || (depth === 2 && this.#isArray)
  }

  key(depth: number, key: string): void {
    if (depth === 1) addKey(this.#keysOfValues, key)
    else addKey(this.#keysOfElements, key)
  }

  finish(): Table {
    this.#tokens.finish()
    if (this.#isArray && this.#values === 1 && !this.#isLines) return { rows: this.#elements, columns: this.#keysOfElements.size }
    return { rows: this.#values, columns: this.#keysOfValues.size }
  }
}
