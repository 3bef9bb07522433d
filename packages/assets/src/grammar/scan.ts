import type { FieldName } from './fields.ts'

/*
 * Every scanner takes the index where its token begins and returns the index after it, or `~position` (always negative)
 * of the first character that cannot belong to the token. Numbers instead of objects keep the success path free of
 * allocations: names are parsed by the million.
 */

const zero = 48
const nine = 57
const hyphen = 45

/** Whether a character code is an ASCII digit; digits of other scripts are not. */
function isDigit(code: number): boolean {
  return code >= zero && code <= nine
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90
}

/** Letters, then digits, each as many as the bounds allow, greedily. */
function scanCode(name: string, start: number, letters: readonly [number, number], digits: readonly [number, number]): number {
  let index = start
  const lettersEnd = start + letters[1]
  while (index < lettersEnd && isLower(name.charCodeAt(index))) index++
  if (index - start < letters[0]) return ~index
  const digitsStart = index
  const digitsEnd = index + digits[1]
  while (index < digitsEnd && isDigit(name.charCodeAt(index))) index++
  return index - digitsStart < digits[0] ? ~index : index
}

function scanDigits(name: string, start: number, count: number): number {
  for (let index = start; index < start + count; index++) if (!isDigit(name.charCodeAt(index))) return ~index
  return start + count
}

const projectLetters = [3, 10] as const
const projectDigits = [1, 4] as const
const specificationLetters = [3, 4] as const
const specificationDigits = [3, 3] as const

function scanDescriptor(name: string, start: number): number {
  let index = start
  for (;;) {
    const code = name.charCodeAt(index)
    if (!isLower(code) && !isDigit(code) && !(code === hyphen && index > start)) break
    index++
  }
  return index === start ? ~index : index
}

/** A further element that is not whole is not taken: its hyphen is then what stands in place of the separator. */
function scanCoordinate(name: string, start: number): number {
  let end = scanDigits(name, start, 4)
  if (end < 0) return end
  for (let element = 1; element < 3 && name.charCodeAt(end) === hyphen; element++) {
    const next = scanDigits(name, end + 1, 4)
    if (next < 0) break
    end = next
  }
  return end
}

/** The extension is always last, so it must reach the end of the name. */
function scanExtension(name: string, start: number): number {
  let index = start
  for (; index < name.length; index++) {
    const code = name.charCodeAt(index)
    if (!isLower(code) && !isDigit(code) && !isUpper(code)) return ~index
  }
  return index === start ? ~index : index
}

/** Scans the token of one field from `start`: the index after it, or `~position` of the first wrong character. */
export function scanToken(field: FieldName, name: string, start: number): number {
  switch (field) {
    case 'project':
      return scanCode(name, start, projectLetters, projectDigits)
    case 'specification':
      return scanCode(name, start, specificationLetters, specificationDigits)
    case 'descriptor':
      return scanDescriptor(name, start)
    case 'version':
      return scanDigits(name, start, 3)
    case 'coordinate':
      return scanCoordinate(name, start)
    case 'frame':
      return scanDigits(name, start, 4)
    case 'extension':
      return scanExtension(name, start)
  }
}

/** The number that ASCII digits from `start` to `end` write. */
export function numberAt(name: string, start: number, end: number): number {
  let value = 0
  for (let index = start; index < end; index++) value = value * 10 + name.charCodeAt(index) - zero
  return value
}
