import { execFile } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { missingPrograms, program } from '@fairlead/testkit'

const how = 'install it with `apt-get install curl`'

/** Why curl can't be run here. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants it. */
export function curlMissing(): string | undefined {
  return missingPrograms(['curl'], how)
}

/** What curl, which knows nothing of any client, gets from an address: the last status, and the body. */
export async function curl(url: URL, folder: string): Promise<{ readonly status: number; readonly body: string }> {
  const output = join(folder, 'fetched')
  const args = ['--silent', '--show-error', '--location', '--output', output, '--write-out', '%{http_code}', url.href]
  // It writes no file for an empty body.
  rmSync(output, { force: true })
  const { stdout } = await promisify(execFile)(program('curl', how), args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, no_proxy: '*' },
  })
  return { status: Number(stdout), body: textOf(output) }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    throw cause
  }
}
