import { basename, join, relative, resolve } from 'node:path'
import type { Given } from './arguments.ts'
import { packageManagers, type Choices, type PackageManager } from './choices.ts'
import { checkDirectory, checkPackageName, checkScheme, checkTitle, schemeOf, titleOf } from './names.ts'
import { findWorkspace, placeOf } from './place.ts'
import { Refusal } from './refusal.ts'

/** What is around the one who asks. */
export interface Surroundings {
  /** The present folder, absolute. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Asks people for what the command line left open; each question comes with its default. */
export interface Questions {
  text(message: string, initial: string, check: (answer: string) => string): Promise<string>
  auth(initial: Choices['auth']): Promise<Choices['auth']>
  capabilities(): Promise<Choices['capabilities']>
  packageManager(initial: PackageManager): Promise<PackageManager>
}

/** The package manager that runs this, as it tells itself in the environment. */
function runningManager(env: Surroundings['env']): PackageManager {
  const agent = env.npm_config_user_agent ?? ''
  return packageManagers.find(name => agent.startsWith(`${name}/`)) ?? 'npm'
}

/** Every choice: given, asked for, or by default. Throws a {@link Refusal} where a choice that was given can't be taken. */
export async function settle(given: Given, { folder, env }: Surroundings, questions: Questions | undefined): Promise<Choices> {
  const workspace = findWorkspace(folder)
  const called = given.name ?? (given.directory === undefined ? '' : basename(resolve(folder, given.directory)))
  const scheme =
    given.scheme ?? (await ask(questions, 'What is the name of the client? It comes before ://', schemeOf(called), checkScheme))
  const title = given.title ?? (await ask(questions, 'What do people call the service?', titleOf(scheme), checkTitle))
  const named = given.directory === undefined ? undefined : resolve(folder, checkDirectory(given.directory))
  const inside = named === undefined ? workspace !== undefined : placeOf(named).kind === 'workspace'
  const usual = inside ? `@fairlead/client-${scheme}` : `fairlead-client-${scheme}`
  const name = given.name ?? (await ask(questions, 'What is the npm package called?', usual, checkPackageName))
  const own = join(...(inside && workspace !== undefined ? [workspace, 'plugins', scheme] : [folder, name.replace(/^.*\//, '')]))
  const asked = named ?? (await ask(questions, 'Into which folder?', relative(folder, own) || own, checkDirectory))
  const manager = runningManager(env)
  return {
    name,
    scheme,
    title,
    directory: resolve(folder, asked),
    auth: given.auth ?? (await questions?.auth('api-key')) ?? 'api-key',
    capabilities: given.capabilities ?? (await questions?.capabilities()) ?? [],
    packageManager: given.packageManager ?? (inside ? 'npm' : ((await questions?.packageManager(manager)) ?? manager)),
  }
}

async function ask(questions: Questions | undefined, message: string, initial: string, check: (answer: string) => string): Promise<string> {
  if (questions !== undefined) return await questions.text(message, initial, check)
  if (initial === '') throw new Refusal('the client has no name', 'Give it with --scheme NAME.')
  return check(initial)
}
