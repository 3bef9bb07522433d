import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Program } from '../measure/run-program.ts'
import type { Bench } from '../report/suite.ts'
import { root } from './programs.ts'

/** A bucket on a server of this machine. */
export interface Bucket {
  readonly url: string
  readonly name: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A program that moves files between a folder and a bucket. */
export interface Peer {
  readonly name: string
  up(folder: string, prefix: string): Program
  down(prefix: string, folder: string): Program
  /** Makes what is under the prefix the same as the folder; undefined where it has no such command. */
  sync?(folder: string, prefix: string): Program
}

/** The bench's own folder, where the clients it uses are installed. */
const here = fileURLToPath(new URL('..', import.meta.url))

/** The same for all: who they are, and nothing of whoever runs the bench. */
function environment({ env }: Bench, bucket: Bucket): NodeJS.ProcessEnv {
  const left = Object.entries(env).filter(([name]) => !/^(AWS_|S3_|RCLONE_)/.test(name))
  return {
    ...Object.fromEntries(left),
    AWS_ACCESS_KEY_ID: bucket.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey,
    AWS_REGION: bucket.region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  }
}

/** The name or path a peer is called by, or undefined where it is not installed. */
function installed(variable: string, name: string, ...version: readonly string[]): string | undefined {
  const command = process.env[variable] ?? name
  try {
    execFileSync(command, version, { stdio: 'ignore' })
    return command
  } catch {
    return undefined // Not there, or not one that answers: it is named as not measured.
  }
}

/** Fairlead's command line, as users run it. */
export function ours(bench: Bench, bucket: Bucket): Peer {
  const cli = join(root, 'packages/cli/bin/fairlead.js')
  const env = {
    ...environment(bench, bucket),
    FAIRLEAD_S3_ENDPOINT: bucket.url,
    FAIRLEAD_S3_BUCKET: bucket.name,
  }
  const run = (...args: readonly string[]): Program => ({ command: process.execPath, args: [cli, ...args], env, cwd: here })
  return {
    name: 'fairlead',
    up: (folder, prefix) => run('copy', `${folder}/`, `s3:/${prefix}/`),
    down: (prefix, folder) => run('copy', `s3:/${prefix}/`, `${folder}/`),
    sync: (folder, prefix) => run('sync', `${folder}/`, `s3:/${prefix}/`),
  }
}

function s5cmd(bench: Bench, bucket: Bucket): Peer | undefined {
  const command = installed('FAIRLEAD_S5CMD', 's5cmd', 'version')
  if (command === undefined) return undefined
  const env = environment(bench, bucket)
  const run = (...args: readonly string[]): Program => ({
    command,
    args: ['--endpoint-url', bucket.url, '--log', 'error', ...args],
    env,
  })
  const remote = (prefix: string) => `s3://${bucket.name}/${prefix}/`
  return {
    name: 's5cmd',
    up: (folder, prefix) => run('cp', `${folder}/`, remote(prefix)),
    down: (prefix, folder) => run('cp', `${remote(prefix)}*`, `${folder}/`),
    sync: (folder, prefix) => run('sync', `${folder}/`, remote(prefix)),
  }
}

function rclone(bench: Bench, bucket: Bucket): Peer | undefined {
  const command = installed('FAIRLEAD_RCLONE', 'rclone', 'version')
  if (command === undefined) return undefined
  const env = {
    ...environment(bench, bucket),
    // Without TLS it can't send the checksum that its SDK would put behind the body.
    AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
    RCLONE_CONFIG_BENCH_ENV_AUTH: 'true',
    RCLONE_CONFIG_BENCH_ENDPOINT: bucket.url,
    RCLONE_CONFIG_BENCH_REGION: bucket.region,
  }
  // More at once than its default of 4, which suits far servers and big files: with it, it is about as fast as it gets here.
  const run = (...args: readonly string[]): Program => ({ command, args: ['--transfers', '32', '--s3-no-check-bucket', ...args], env })
  const remote = (prefix: string) => `bench:${bucket.name}/${prefix}`
  return {
    name: 'rclone',
    up: (folder, prefix) => run('copy', '--no-traverse', folder, remote(prefix)),
    down: (prefix, folder) => run('copy', remote(prefix), folder),
    // What its manual advises for S3: without both it asks for the metadata of every object.
    sync: (folder, prefix) => run('sync', '--fast-list', '--update', '--use-server-modtime', folder, remote(prefix)),
  }
}

function awsCli(bench: Bench, bucket: Bucket): Peer | undefined {
  const command = installed('FAIRLEAD_AWS_CLI', 'aws', '--version')
  if (command === undefined) return undefined
  const env = environment(bench, bucket)
  const run = (...args: readonly string[]): Program => ({
    command,
    args: ['s3', ...args, '--endpoint-url', bucket.url, '--only-show-errors'],
    env,
  })
  const remote = (prefix: string) => `s3://${bucket.name}/${prefix}/`
  return {
    name: 'aws-cli',
    up: (folder, prefix) => run('cp', '--recursive', folder, remote(prefix)),
    down: (prefix, folder) => run('cp', '--recursive', remote(prefix), folder),
  }
}

/** The peers that are installed here, the fastest first; those that are not are named. */
export function peers(bench: Bench, bucket: Bucket): readonly Peer[] {
  const all = { s5cmd: s5cmd(bench, bucket), rclone: rclone(bench, bucket), 'aws-cli': awsCli(bench, bucket) }
  const missing = Object.entries(all).flatMap(([name, peer]) => (peer === undefined ? [name] : []))
  if (missing.length > 0) console.log(`Not measured, because not installed: ${missing.join(', ')}. See docs/testing.md.\n`)
  return Object.values(all).filter(peer => peer !== undefined)
}
