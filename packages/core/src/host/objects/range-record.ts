import { appendFileSync, readFileSync } from 'node:fs'

/** A range of a download that has arrived: its number, counted from 0, and the CRC-32 of its bytes. */
export interface ArrivedRange {
  readonly number: number
  readonly crc32: number
}

const line = /^(\d{1,12}) ([0-9a-f]{8}) ([0-9a-f-]{1,40})$/
/** In place of the machine's start: the disk had the range before it was noted. */
const flushed = '-'

let thisStart: string | undefined

/** What this start of the machine is called; `-` where the system does not say. */
export function startOfMachine(): string {
  thisStart ??= /^[0-9a-f-]{36}$/.exec(readText('/proc/sys/kernel/random/boot_id').trim())?.[0] ?? flushed
  return thisStart
}

/**
 * Whether a range must be flushed before it is noted. Where starts of the machine can be told apart it need not: what was
 * written outlives its process, and what was noted before a start of the machine is not believed.
 */
export function mustFlush(): boolean {
  return startOfMachine() === flushed
}

/** The ranges that earlier processes noted. A line that was cut off in writing counts for nothing, nor one of another start of the machine. */
export function readRangeRecord(file: string): Map<number, ArrivedRange> {
  const found = new Map<number, ArrivedRange>()
  for (const text of readText(file).split('\n')) {
    const [, number, crc32, start] = line.exec(text) ?? []
    if (number !== undefined && crc32 !== undefined && (start === flushed || start === startOfMachine()))
      found.set(Number(number), { number: Number(number), crc32: Number.parseInt(crc32, 16) })
  }
  return found
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** Notes a range when its bytes are in the file. Lines begin with an end of line, so that one that was cut off spoils no other. */
export function noteRange(file: string, { number, crc32 }: ArrivedRange): void {
  appendFileSync(file, `\n${number} ${crc32.toString(16).padStart(8, '0')} ${startOfMachine()}\n`, { mode: 0o600 })
}
