import { fileURLToPath } from 'node:url'
import type { Program } from '../measure/run-program.ts'
import type { Bench } from '../report/suite.ts'

/** The root of the workspace. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

type Work = 'parse-names' | 'plain-loop' | 'walk-loop' | 'run-update' | 'run-query' | 'push' | 'pull' | 'list-objects'

/** A program of `work/`, in a Node of its own; packages are run as users run them, from what was built, unless told otherwise. */
export function work({ env, fromSources }: Bench, name: Work, ...args: readonly string[]): Program {
  const file = fileURLToPath(new URL(`../work/${name}.ts`, import.meta.url))
  return { command: process.execPath, args: [...(fromSources ? ['--conditions=@fairlead/source'] : []), file, ...args], env, reports: true }
}

/** A command of the system. */
export function command({ env }: Bench, name: string, ...args: readonly string[]): Program {
  return { command: name, args, env }
}
