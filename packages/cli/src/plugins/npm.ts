import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { FairleadError, printable, redactText, type ErrorCode } from '@fairlead/core'
import type { Environment } from '@fairlead/core/host'
import { isFile, isRecord } from './json.ts'

/** How npm is started: with this Node where npm's own script was found, so that both agree on what `engines` asks for. */
interface NpmCommand {
  readonly file: string
  readonly words: readonly string[]
}

/** The npm of this machine: that of the PATH, else the one that came with this Node. `config-invalid` when there is none. */
function findNpm(env: Environment, node: string = process.execPath): NpmCommand {
  const names = process.platform === 'win32' ? ['npm.cmd'] : ['npm']
  const onPath = (env.PATH ?? '').split(delimiter).flatMap(folder => (folder === '' ? [] : names.map(name => join(folder, name))))
  const found = onPath.find(isFile)
  // On Windows a batch file stands on the PATH, and npm's script below it.
  const script = ['node_modules', 'npm', 'bin', 'npm-cli.js']
  const scripts = [
    ...(found === undefined ? [] : [realpathSync(found), join(dirname(found), ...script)]),
    join(dirname(node), '..', 'lib', ...script),
    join(dirname(node), ...script),
  ]
  const cli = scripts.find(path => path.endsWith('.js') && isFile(path))
  if (cli !== undefined) return { file: node, words: [cli] }
  if (found !== undefined && process.platform !== 'win32') return { file: found, words: [] }
  throw new FairleadError('config-invalid', 'installing clients needs npm, and none is on the PATH', {
    hint: 'Install npm (it comes with Node, https://nodejs.org), or install the client next to fairlead with your package manager.',
  })
}

/** npm's codes and what they mean. */
const codes: Readonly<Record<string, ErrorCode>> = {
  E404: 'not-found',
  ETARGET: 'not-found',
  ENOENT: 'not-found',
  E401: 'unauthenticated',
  ENEEDAUTH: 'unauthenticated',
  E403: 'permission-denied',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  ENOSPC: 'quota-exceeded',
  ECONNREFUSED: 'network',
  ECONNRESET: 'network',
  ENOTFOUND: 'network',
  EAI_AGAIN: 'network',
  ENETUNREACH: 'network',
  EHOSTUNREACH: 'network',
  ENOTCACHED: 'network',
  ERR_SOCKET_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  EINTEGRITY: 'integrity',
  EBADENGINE: 'unsupported',
  EBADPLATFORM: 'unsupported',
  EINVALIDPACKAGENAME: 'input-invalid',
  EINVALIDTAGNAME: 'input-invalid',
  TAR_BAD_ARCHIVE: 'input-invalid',
  ENODATA: 'input-invalid',
  Z_DATA_ERROR: 'input-invalid',
  Z_BUF_ERROR: 'input-invalid',
}

const hints: Partial<Record<ErrorCode, string>> = {
  'not-found': 'Check its name and version: `npm view PACKAGE versions`. npm uses the registry in your .npmrc.',
  unauthenticated: 'Log in to the registry with `npm login`.',
  'permission-denied': 'Ask the owner of the package for access; for a folder, check its owner.',
  network: 'Check the network and the registry that npm uses: `npm config get registry`. Then run the same command again.',
  timeout: 'Check the network and the registry that npm uses: `npm config get registry`. Then run the same command again.',
  integrity: 'Run the same command again; if it fails again, empty the cache with `npm cache clean --force`.',
  'input-invalid': 'Check its name and version. A tarball must be one that `npm pack` created.',
  unsupported: 'Install an older version of the package, or a newer Node.',
}

function failure(what: string, output: string, complaints: string): FairleadError {
  // Up to version 8 npm reports among its complaints.
  const { code, summary } = reportOf(/^\{$[^]*^\}$/m.exec(complaints)?.[0] ?? output)
  const said =
    summary ??
    complaints
      .split('\n')
      .filter(line => line.trim() !== '')
      .slice(-5)
      .join('; ')
  const meaning = (code === undefined ? undefined : codes[code]) ?? 'unexpected'
  return new FairleadError(
    meaning,
    `npm could not install ${what}: ${printable(redactText(said), 1000)}${code === undefined ? '' : ` (${code})`}`,
    {
      hint: hints[meaning] ?? 'Run the command again with --verbose to see the output of npm.',
    },
  )
}

/** What `npm --json` reports of a failure. */
function reportOf(output: string): { readonly code?: string; readonly summary?: string } {
  try {
    const report: unknown = JSON.parse(output)
    const error = isRecord(report) ? report.error : undefined
    if (!isRecord(error)) return {}
    const { code, summary, detail } = error
    const lines = [summary, detail].flatMap(one => (typeof one === 'string' ? one.split('\n').map(line => line.trim()) : []))
    const said = lines.filter(line => line !== '')
    // What a package asks of Node or of the machine stands in the lines below the first.
    const shown = String(code).startsWith('EBAD') ? said.slice(0, 4).join('; ') : said[0]
    return { ...(typeof code === 'string' && { code }), ...(shown !== undefined && { summary: shown }) }
  } catch {
    return {} // npm died before it could report: its complaints are told
  }
}

/** How an install is done. */
export interface NpmOptions {
  readonly env: Environment
  readonly signal: AbortSignal
  /** Packages may run programs of their own while they are installed. */
  readonly scripts: boolean
  /** What npm prints while it works. */
  readonly onOutput?: (text: string) => void
}

/**
 * Installs one package into a folder that has a package.json of its own, whatever package.json or workspace is above it, with
 * the registry, the authorities and the logins of the user's npm settings; errors call it `what`. What `package.json` names then is what was installed.
 */
export async function npmInstall(
  folder: string,
  spec: string,
  { env, signal, scripts, onOutput }: NpmOptions,
  what: string = spec,
): Promise<void> {
  const npm = findNpm(env)
  const flags = [
    '--json',
    '--save',
    '--global=false',
    '--workspaces=false',
    '--omit=dev',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--engine-strict',
    '--install-strategy=hoisted',
    // Clients name core as a peer, whatever the user's settings make of peers elsewhere.
    '--legacy-peer-deps=false',
    '--loglevel=error',
    ...(scripts ? ['--ignore-scripts=false'] : ['--ignore-scripts']),
  ]
  const child = spawn(npm.file, [...npm.words, 'install', '--prefix', folder, ...flags, '--', spec], {
    cwd: folder,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  let output = ''
  let complaints = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
    onOutput?.(text)
  })
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', cause => {
      // An npm that was told to end still writes: its folder is left alone until it has ended.
      if (!signal.aborted) reject(cause)
    })
    child.once('close', code => resolve(code))
  })
  signal.throwIfAborted()
  if (status !== 0) throw failure(what, output, complaints)
}
