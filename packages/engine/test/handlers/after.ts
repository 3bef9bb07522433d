import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Answers with its unit once there is a file of that name; at once without a name. */
export default async function after(unit: string): Promise<string> {
  while (unit !== '' && !existsSync(unit)) await sleep(5)
  return unit
}
