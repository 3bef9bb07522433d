import { FairleadError } from '@fairlead/core'

/** Fails in the way its unit names. */
export default function fail(unit: 'typed' | 'plain' | 'exit' | 'spin'): string {
  if (unit === 'typed') throw new FairleadError('not-found', 'there is no such thing', { path: 'a/b', hint: 'Look elsewhere.' })
  if (unit === 'plain') throw new TypeError('it broke')
  if (unit === 'exit') process.exit(3)
  for (;;) Math.random()
}
