import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { expect } from 'vitest'
import type { Bench } from '../bench.ts'
import { bigSize, randomBytes } from '../bodies.ts'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'
import { expectNoSecrets, secretNames } from '../expect-no-secrets.ts'
import { runChild } from '../run-child.ts'

/** Secrets: neither settings nor tokens are seen in an error, an event, a log or what is kept of transfers. */
export const secretsGroup: Group = {
  name: 'secrets',
  cases: manifest => {
    const { read, list, write } = manifest.capabilities
    return when(secretNames(manifest).length > 0, [
      {
        name: 'never shows a secret in errors, events and logs, at the most talkative level',
        needs: ['child'],
        run: async bench => {
          const file = join(bench.scratch, 'big.bin')
          writeFileSync(file, randomBytes(bigSize(bench.capabilities)))
          bench.harness.faults?.inject({ kind: 'status', status: 503 })
          const result = await runChild(bench, { kind: 'exercise', path: bench.folder, file })
          expect(result.report?.failures.length).toBeGreaterThan(0)
          expectNoSecrets(bench, result.stdout, 'what was printed')
          expectNoSecrets(bench, result.stderr, 'the log')
        },
      },
      ...when(write !== false && write.resumable !== false, [
        {
          name: 'never keeps a secret with the transfers, the facts and the cache',
          needs: ['child'],
          run: async bench => {
            const file = join(bench.scratch, 'big.bin')
            writeFileSync(file, randomBytes(bigSize(bench.capabilities)))
            await runChild(bench, { kind: 'write', path: `${bench.folder}/big`, file, killAfterBytes: 200_000 })
            const kept = filesBelow(bench.home).filter(path => !path.startsWith(join(bench.home, 'config')))
            expect(kept).not.toEqual([])
            for (const path of kept) expectNoSecrets(bench, readFileSync(path, 'latin1'), path)
          },
        },
      ]),
      {
        name: 'keeps what it must keep of secrets and transfers from everybody else',
        run: async bench => {
          for (const path of filesBelow(bench.home)) {
            const open = (statSync(path).mode & 0o077) !== 0 && (statSync(join(path, '..')).mode & 0o077) !== 0
            expect(open, path).toBe(false)
          }
        },
      },
      ...when(read !== false || list !== false || write !== false, [
        {
          name: 'shows no secret when the service refuses it',
          needs: ['faults'],
          run: async (bench: Bench) => {
            const { client, faults, folder } = bench
            faults.inject({ kind: 'status', status: 403 })
            const call =
              read !== false
                ? client.stat(`${folder}/one`)
                : list !== false
                  ? collect(client.list(folder))
                  : client.write(`${folder}/one`, bytesSource('one'))
            const failure = await expectError(call, 'permission-denied', 'not-found')
            expectNoSecrets(
              bench,
              `${JSON.stringify(failure)} ${failure.message} ${failure.hint ?? ''} ${failure.stack ?? ''}`,
              'the error',
            )
          },
        },
      ]),
    ])
  },
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
}
