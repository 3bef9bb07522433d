import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { findProgram, missingPrograms } from '@fairlead/testkit'
import { sha256 } from './bytes.ts'
import type { Store } from './store.ts'

/** A program of somebody else that moves whole folders. */
export interface Tool {
  readonly program: string
  /** The stores that it knows. */
  readonly stores: readonly string[]
  /** It keeps modification times to the millisecond, as metadata that others know. */
  readonly keepsTimes: boolean
  /** The command that fetches everything below a folder of the bucket. */
  down(store: Store, prefix: string, folder: string): Command
  /** The command that sends a whole folder. */
  up(store: Store, folder: string, prefix: string): Command
}

interface Command {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const rcloneEnv = ({ outside }: Store): Record<string, string> =>
  Object.fromEntries(Object.entries(outside.rclone).map(([name, value]) => [`RCLONE_CONFIG_STORE_${name}`, value]))

const awsEnv = ({ outside: { rclone } }: Store): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: rclone['ACCESS_KEY_ID'] ?? '',
  AWS_SECRET_ACCESS_KEY: rclone['SECRET_ACCESS_KEY'] ?? '',
  AWS_DEFAULT_REGION: rclone['REGION'] ?? '',
  AWS_EC2_METADATA_DISABLED: 'true',
})

const swiftEnv = ({ outside: { rclone } }: Store): Record<string, string> => ({
  ST_AUTH: rclone['AUTH'] ?? '',
  ST_USER: rclone['USER'] ?? '',
  ST_KEY: rclone['KEY'] ?? '',
  ST_AUTH_VERSION: '1',
})

const awsArgs = ({ outside: { rclone } }: Store): string[] => ['--endpoint-url', rclone['ENDPOINT'] ?? '', 's3', 'cp', '--recursive']

function s3cmdArgs({ outside: { rclone } }: Store): string[] {
  const { host } = new URL(rclone['ENDPOINT'] ?? '')
  return ['--config=/dev/null', '--no-ssl', `--host=${host}`, `--host-bucket=${host}`, `--region=${rclone['REGION']}`, '--no-progress']
}

/** Programs that read what we wrote, and write what we read. */
export const tools: readonly Tool[] = [
  {
    program: 'rclone',
    stores: ['s3', 'azure', 'swift'],
    keepsTimes: true,
    down: (store, prefix, folder) => ({ args: ['copy', `store:${store.root}/${prefix}`, folder], env: rcloneEnv(store) }),
    up: (store, folder, prefix) => ({ args: ['copy', folder, `store:${store.root}/${prefix}`], env: rcloneEnv(store) }),
  },
  {
    program: 'aws',
    stores: ['s3'],
    keepsTimes: false,
    down: (store, prefix, folder) => ({ args: [...awsArgs(store), `s3://${store.root}/${prefix}`, folder], env: awsEnv(store) }),
    up: (store, folder, prefix) => ({ args: [...awsArgs(store), folder, `s3://${store.root}/${prefix}`], env: awsEnv(store) }),
  },
  {
    program: 's3cmd',
    stores: ['s3'],
    keepsTimes: false,
    down: (store, prefix, folder) => ({
      args: [...s3cmdArgs(store), 'get', '--recursive', `s3://${store.root}/${prefix}/`, `${folder}/`],
      env: awsEnv(store),
    }),
    up: (store, folder, prefix) => ({
      args: [...s3cmdArgs(store), 'put', '--recursive', `${folder}/`, `s3://${store.root}/${prefix}/`],
      env: awsEnv(store),
    }),
  },
  {
    program: 'swift',
    stores: ['swift'],
    keepsTimes: false,
    down: (store, prefix, folder) => ({
      args: ['download', store.root, '--prefix', `${prefix}/`, '--remove-prefix', '--output-dir', folder],
      env: swiftEnv(store),
    }),
    up: (store, folder, prefix) => ({
      args: ['upload', store.root, folder, '--object-name', prefix, '--segment-size', String(8 * 1024 ** 2)],
      env: swiftEnv(store),
    }),
  },
]

/** Why a program can't be run here. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants it. */
export function toolMissing({ program }: Pick<Tool, 'program'>): string | undefined {
  return missingPrograms([program], `install it with \`apt-get install ${packages[program] ?? program}\``)
}

const packages: Readonly<Record<string, string>> = { aws: 'awscli', swift: 'python3-swiftclient' }

/** Runs a program with nothing of this environment but the way to programs; gives what it printed. */
export async function runTool(program: string, { args, env }: Command, folder: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(findProgram(program) ?? program, args, {
    env: { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8', ...env },
    maxBuffer: 1 << 26,
  })
  return stdout + stderr
}

/** Writes files below a folder. */
export function writeTree(folder: string, files: Readonly<Record<string, Uint8Array>>): void {
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), body)
  }
}

/** The SHA-256 of every file below a folder, by its path. */
export function hashesBelow(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const all = files.map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(all.map((file): [string, string] => [relative(folder, file), sha256(readFileSync(file))]).toSorted())
}

/** The SHA-256 of bodies by their paths, in the order of {@link hashesBelow}. */
export function hashesOf(files: Readonly<Record<string, Uint8Array>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files)
      .map(([path, body]): [string, string] => [path, sha256(body)])
      .toSorted(),
  )
}
