const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
}

const secondUnits: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 }

/**
 * A number of bytes from text like `1048576`, `8MiB` (1024-based) or `5 GB` (1000-based), without regard to case.
 * Undefined for anything else, a bare `8M` among it: it could mean either.
 */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,16}(?:\.\d{1,9})?)\s*([a-z]{0,3})$/i.exec(text.trim())
  const unit = byteUnits[match?.[2]?.toLowerCase() ?? 'none']
  if (match?.[1] === undefined || unit === undefined) return undefined
  const bytes = Number(match[1]) * unit
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

const rateUnits: Readonly<Record<string, string>> = { k: 'kib', m: 'mib', g: 'gib', t: 'tib' }

/**
 * Bytes a second from text like `10MiB/s`, `5MB`, `1048576` or `10M` (1024-based, as rclone has it), without regard to
 * case. Undefined for anything else, and for less than one byte.
 */
export function parseRate(text: string): number | undefined {
  const plain = text.trim().replace(/\/s(?:ec)?$/i, '')
  const rate = parseBytes(plain.replace(/[kmgt]$/i, unit => rateUnits[unit.toLowerCase()] ?? unit))
  return rate === undefined || rate < 1 ? undefined : rate
}

/** Seconds from text like `90`, `15m`, `1h30m` or `2d`. Undefined for anything else. */
export function parseSeconds(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase()
  if (/^\d{1,15}$/.test(trimmed)) return Number(trimmed)
  const match = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(trimmed)
  if (match === null || trimmed === '') return undefined
  const [, days, hours, minutes, seconds] = match
  return Object.entries({ d: days, h: hours, m: minutes, s: seconds }).reduce(
    (sum, [unit, count]) => sum + Number(count ?? 0) * (secondUnits[unit] ?? 0),
    0,
  )
}

/** Bytes for people: `8.0 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${units[unit] ?? ''}`
}

/** A time for people: `1h 05m`, `3m 20s`, `12s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  if (hours > 0) return `${hours}h ${two(minutes)}m`
  return minutes > 0 ? `${minutes}m ${two(rest)}s` : `${rest}s`
}
