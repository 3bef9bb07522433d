const secondsForm = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?$/

/** Seconds with nanoseconds, as rclone keeps them, so that it knows the time of what we write and we that of what it wrote. */
export function toSeconds(time: Date): string {
  const ms = time.getTime()
  const whole = Math.floor(Math.abs(ms) / 1000)
  const rest = Math.abs(ms) % 1000
  return `${ms < 0 ? '-' : ''}${whole}${rest === 0 ? '' : `.${String(rest).padStart(3, '0').replace(/0+$/, '')}`}`
}

/** The time of such seconds; undefined for anything else. */
export function fromSeconds(text: string | undefined): Date | undefined {
  const match = secondsForm.exec(text ?? '')
  if (match === null) return undefined
  const [, sign, whole = '', rest = ''] = match
  const ms = Number(whole) * 1000 + Number(rest.slice(0, 3).padEnd(3, '0'))
  const time = new Date(sign === '-' ? -ms : ms)
  return Number.isNaN(time.getTime()) ? undefined : time
}
