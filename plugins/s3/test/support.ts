import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, Log } from '@fairlead/core'
import { createClient, type Client } from '@fairlead/core/host'
import type { PlainSettings } from '@fairlead/testkit'
import { s3 } from '../src/index.ts'

/** A folder for everything that clients keep, removed at the end. */
export function temporaryHome(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-s3-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** How a test's client differs from any other. */
export interface OpenOptions {
  /** Where it keeps what it learns. */
  readonly home: string
  readonly clock?: Clock
  readonly name?: string
  /** Takes every message of warnings and errors. */
  readonly warnings?: string[]
}

/** A client with settings as a harness has them, and nothing of this process's environment. */
export async function open(settings: PlainSettings, { home, clock, name, warnings }: OpenOptions): Promise<Client> {
  const env = { PATH: process.env.PATH, HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file', FAIRLEAD_LOG_LEVEL: 'silent' }
  const { bucket = '', ...rest } = settings
  return await createClient<typeof s3.manifest.options, typeof s3.manifest.capabilities>(
    s3,
    { bucket: String(bucket), ...rest },
    {
      env,
      ...(clock !== undefined && { clock }),
      ...(name !== undefined && { name }),
      ...(warnings !== undefined && { log: logOf(warnings) }),
    },
  )
}

/** A log that keeps what people are shown. */
function logOf(warnings: string[]): Log {
  const keep = (message: string): void => void warnings.push(message)
  const log: Log = { trace: () => undefined, debug: () => undefined, info: () => undefined, warn: keep, error: keep, child: () => log }
  return log
}

/** This machine's time, so many milliseconds off. */
export function clockOff(milliseconds: number): Clock {
  return {
    now: () => new Date(Date.now() + milliseconds),
    sleep: async (wait, signal) => {
      const { setTimeout: sleep } = await import('node:timers/promises')
      await sleep(wait, undefined, signal === undefined ? {} : { signal })
    },
  }
}

/** What a call failed with; it must. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => {
      throw new Error('it did not fail')
    },
    (cause: unknown) => cause,
  )
}

/** An answer of S3 that says what went wrong. */
export function errorAnswer(code: string, fields: Readonly<Record<string, string>> = {}) {
  const more = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
  return {
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Injected.</Message>${more.join('')}</Error>`,
  }
}
