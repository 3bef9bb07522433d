import { FairleadError } from '../../contract/errors.ts'
import { maxLanes } from '../objects/lanes.ts'
import { parseRate } from '../settings/units.ts'
import { environmentValue, type Environment } from './environment.ts'

/** Bytes a second, as given or by `FAIRLEAD_BANDWIDTH`; `off` and nothing are no bound. `config-invalid` or `input-invalid` for what is no rate. */
export function bandwidthOf(env: Environment, given: number | string | undefined): number | undefined {
  const value = given ?? environmentValue(env, 'FAIRLEAD_BANDWIDTH')
  if (value === undefined || value === 'off') return undefined
  const rate = parseRate(String(value))
  if (rate !== undefined) return rate
  throw invalid(given === undefined, 'bandwidth', String(value), 'Write bytes a second, such as 10MiB/s or 500k, or off.')
}

/** Requests in flight, as given or by `FAIRLEAD_CONCURRENCY`. `config-invalid` or `input-invalid` for what is no number from 1 to 256. */
export function concurrencyOf(env: Environment, given: number | undefined): number | undefined {
  const value = given ?? environmentValue(env, 'FAIRLEAD_CONCURRENCY')
  if (value === undefined) return undefined
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1 && number <= maxLanes) return number
  throw invalid(given === undefined, 'concurrency', String(value), `Write a whole number from 1 to ${maxLanes}.`)
}

function invalid(ofEnvironment: boolean, name: string, value: string, hint: string): FairleadError {
  return ofEnvironment
    ? new FairleadError('config-invalid', `FAIRLEAD_${name.toUpperCase()} is "${value}".`, { hint })
    : new FairleadError('input-invalid', `The ${name} can't be "${value}".`, { hint })
}
