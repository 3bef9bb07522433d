import { setTimeout as sleep } from 'node:timers/promises'

/** Answers with its unit after that many milliseconds. */
export default async function wait(unit: number): Promise<number> {
  await sleep(unit)
  return unit
}
