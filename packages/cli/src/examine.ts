import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { FairleadError, printable } from '@fairlead/core'
import { createKeychain, folderPaths, nearest, unfinishedTransfers, type Fairlead } from '@fairlead/core/host'
import type { FoundClients } from './plugins/find-clients.ts'
import type { Session } from './session.ts'
import { counted } from './text.ts'

/** The variables that belong to no connection: docs/reference/settings.md. */
const ownVariables = ['HOME', 'CLIENT', 'SECRETS', 'CA_FILE', 'LOG_LEVEL', 'LOG_FORMAT'].map(name => `FAIRLEAD_${name}`)

/** One thing that was looked at. */
export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failed'
  readonly message: string
  readonly hint?: string
}

function folder(name: string, path: string): Finding {
  let there = path
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return {
      name,
      status: 'failed',
      message: `${path} is not writable (${String(error.code)})`,
      hint: 'Set FAIRLEAD_HOME to a folder you can write to.',
    }
  }
  return { name, status: 'ok', message: there === path ? path : `${path} (created when needed)` }
}

function settingsFile(path: string): Finding {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return { name: 'settings', status: 'ok', message: `${path} (nothing is stored yet)` }
  const open = process.platform !== 'win32' && (status.mode & 0o077) !== 0
  return open
    ? {
        name: 'settings',
        status: 'warning',
        message: `${path} can be read by others (${(status.mode & 0o777).toString(8)})`,
        hint: `chmod 600 ${path}`,
      }
    : { name: 'settings', status: 'ok', message: path }
}

async function keychain(env: Fairlead['env']): Promise<Finding> {
  const name = 'keychain'
  const mode = env.FAIRLEAD_SECRETS
  if (mode === 'file' || mode === 'environment') return { name, status: 'ok', message: `not used, because FAIRLEAD_SECRETS=${mode}` }
  try {
    await createKeychain({ env }).getPassword('fairlead', 'doctor')
    return { name, status: 'ok', message: 'working' }
  } catch (error) {
    if (!FairleadError.is(error)) throw error
    return {
      name,
      status: mode === 'keychain' ? 'failed' : 'warning',
      message: `${error.message}; secrets are stored in a file that only you can read`,
      ...(error.hint !== undefined && { hint: error.hint }),
    }
  }
}

async function connections(fairlead: Fairlead): Promise<readonly Finding[]> {
  const stored = fairlead.connections().filter(({ source, name }) => source !== 'client' || name === fairlead.active().name)
  const findings: Finding[] = []
  for (const { name, client, installed } of stored) {
    const label = `connection ${name}`
    if (!installed) {
      findings.push({
        name: label,
        status: 'failed',
        message: `its client "${client}" is not installed`,
        hint: `fairlead plugins install @fairlead/client-${client}`,
      })
      continue
    }
    try {
      await fairlead.settings(name).resolve()
      findings.push({ name: label, status: 'ok', message: `${client}, settings complete (to test it: fairlead client check ${name})` })
    } catch (error) {
      if (!FairleadError.is(error)) throw error
      findings.push({ name: label, status: 'failed', message: error.message, ...(error.hint !== undefined && { hint: error.hint }) })
    }
  }
  return findings
}

/** What is wrong with packages that should bring clients. */
function clients({ clients: usable, problems }: FoundClients): readonly Finding[] {
  if (problems.length === 0) return [{ name: 'clients', status: 'ok', message: usable.map(({ manifest }) => manifest.name).join(', ') }]
  return problems.map(({ package: name, error }) => ({
    name: `client ${name}`,
    status: 'warning',
    message: error.message,
    ...(error.hint !== undefined && { hint: error.hint }),
  }))
}

/** Variables of our own that nothing reads: most likely misspelt. */
function variables(fairlead: Fairlead): readonly Finding[] {
  const names = fairlead.connections().filter(({ installed }) => installed)
  const settings = names.flatMap(({ name }) => fairlead.settings(name).all()).flatMap(({ variable }) => [variable, `${variable}_FILE`])
  const known = new Set([...ownVariables, ...settings])
  return Object.keys(fairlead.env)
    .filter(variable => variable.startsWith('FAIRLEAD_') && !known.has(variable))
    .map(variable => {
      const meant = nearest(variable, known)
      return {
        name: 'environment',
        status: 'warning',
        message: `the variable ${printable(variable)} has no effect`,
        hint:
          meant === undefined
            ? 'Variables for settings are FAIRLEAD_<CONNECTION>_<SETTING>. See fairlead client show.'
            : `Did you mean ${meant}?`,
      }
    })
}

/** Looks at everything, one finding each; nothing is changed and nothing throws for what is merely broken. */
export async function examine({ fairlead, found }: Pick<Session, 'fairlead' | 'found'>): Promise<readonly Finding[]> {
  const paths = folderPaths(fairlead.env)
  const folders = Object.entries(paths).map(([name, path]) => folder(`${name} folder`, path))
  const findings: Finding[] = [
    { name: 'node', status: 'ok', message: `${process.versions.node} (${process.platform}-${process.arch})` },
    ...folders,
    settingsFile(fairlead.settingsPath),
    await keychain(fairlead.env),
    ...clients(found),
  ]
  try {
    findings.push(...(await connections(fairlead)), ...variables(fairlead))
    const unfinished = unfinishedTransfers(paths.state).length
    findings.push({
      name: 'transfers',
      status: unfinished === 0 ? 'ok' : 'warning',
      message: unfinished === 0 ? 'none unfinished' : `${counted(unfinished, 'transfer')} unfinished`,
      ...(unfinished > 0 && { hint: 'fairlead status' }),
    })
  } catch (error) {
    if (!FairleadError.is(error)) throw error
    findings.push({ name: 'settings', status: 'failed', message: error.message, ...(error.hint !== undefined && { hint: error.hint }) })
  }
  return findings
}
