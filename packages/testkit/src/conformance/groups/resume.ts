import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { RequestRecord } from '../../fault-proxy.ts'
import type { Bench } from '../bench.ts'
import { bigSize, randomBytes, sha256 } from '../bodies.ts'
import { when, type Group } from '../case.ts'
import { runChild, type ChildResult } from '../run-child.ts'

/** What may go by besides the body: states, receipts, tokens, answers without a body. */
const overheadBytes = 20_000

/** Transfers that were killed go on in a new process, if and only if what they move is still the same. */
export const resumeGroup: Group = {
  name: 'resume',
  cases: ({ capabilities: { read, write } }) => [
    ...when(write !== false && write.resumable !== false && read !== false, [
      {
        name: 'goes on with an upload that was killed, without sending again what arrived',
        needs: ['child'],
        run: async bench => {
          const { file, body } = await killedUpload(bench)
          const before = passed(bench)
          const second = await runChild(bench, { kind: 'write', path: `${bench.folder}/big`, file })
          const { resumed, moved } = told(second)
          expect(second.report?.failures).toEqual([])
          expect(resumed).toBeGreaterThan(0)
          expect(resumed + moved).toBe(body.byteLength)
          expect(passed(bench).sent - before.sent).toBeLessThan(moved + overheadBytes)
          await expectStored(bench, body)
        },
      },
      {
        name: 'starts an upload over when its source changed in between',
        needs: ['child'],
        run: async bench => {
          const { file, body } = await killedUpload(bench)
          const { mtime } = statSync(file)
          const changed = randomBytes(body.byteLength, 77)
          writeFileSync(file, changed)
          utimesSync(file, mtime, mtime)
          const second = await runChild(bench, { kind: 'write', path: `${bench.folder}/big`, file })
          expect(told(second).resumed).toBe(0)
          await expectStored(bench, changed)
        },
      },
      {
        name: 'starts an upload over when the service has forgotten it',
        needs: ['child', 'expireUploads'],
        run: async bench => {
          const { file, body } = await killedUpload(bench)
          await bench.harness.expireUploads?.()
          const second = await runChild(bench, { kind: 'write', path: `${bench.folder}/big`, file })
          expect(second.report?.failures).toEqual([])
          expect(told(second)).toEqual({ resumed: 0, moved: body.byteLength })
          await expectStored(bench, body)
        },
      },
      {
        name: 'shows nothing at the place of an upload that was killed',
        needs: ['child'],
        run: async bench => {
          await bench.put(`${bench.folder}/big`, 'before')
          await killedUpload(bench)
          expect(Buffer.from((await bench.client.readBytes(`${bench.folder}/big`)).bytes).toString()).toBe('before')
        },
      },
    ]),
    ...when(read !== false && read.range && read.validator, [
      {
        name: 'goes on with a download that was killed, without fetching again what arrived',
        needs: ['child', ...(write === false ? (['seed'] as const) : [])],
        run: async bench => {
          const { file, body } = await killedDownload(bench)
          const before = passed(bench)
          const second = await runChild(bench, { kind: 'download', path: `${bench.folder}/big`, file })
          const { resumed, moved } = told(second)
          expect(second.report?.failures).toEqual([])
          expect(resumed).toBeGreaterThan(0)
          expect(resumed + moved).toBe(body.byteLength)
          expect(passed(bench).received - before.received).toBeLessThan(moved + overheadBytes)
          expect(sha256(readFileSync(file))).toBe(sha256(body))
        },
      },
      {
        name: 'starts a download over when the object changed in between',
        needs: ['child', ...(write === false ? (['seed'] as const) : [])],
        run: async bench => {
          const { file, body } = await killedDownload(bench)
          const changed = randomBytes(body.byteLength, 78)
          await bench.put(`${bench.folder}/big`, changed)
          const second = await runChild(bench, { kind: 'download', path: `${bench.folder}/big`, file })
          expect(second.report?.failures).toEqual([])
          expect(told(second).resumed).toBe(0)
          expect(sha256(readFileSync(file))).toBe(sha256(changed))
        },
      },
    ]),
  ],
}

async function killedUpload(bench: Bench): Promise<{ readonly file: string; readonly body: Uint8Array }> {
  const file = join(bench.scratch, 'big.bin')
  const body = randomBytes(bigSize(bench.capabilities), 5)
  writeFileSync(file, body)
  const first = await runChild(bench, {
    kind: 'write',
    path: `${bench.folder}/big`,
    file,
    killAfterBytes: Math.floor(body.byteLength * 0.75),
  })
  expect(first.signal, first.report?.failures.join('\n') ?? first.stderr).toBe('SIGKILL')
  await bench.harness.faults?.settled()
  return { file, body }
}

async function killedDownload(bench: Bench): Promise<{ readonly file: string; readonly body: Uint8Array }> {
  const file = join(bench.scratch, 'fetched.bin')
  const body = randomBytes(bigSize(bench.capabilities), 6)
  await bench.put(`${bench.folder}/big`, body)
  const first = await runChild(bench, {
    kind: 'download',
    path: `${bench.folder}/big`,
    file,
    killAfterBytes: Math.floor(body.byteLength * 0.6),
  })
  expect(first.signal, first.report?.failures.join('\n') ?? first.stderr).toBe('SIGKILL')
  await bench.harness.faults?.settled()
  return { file, body }
}

/** The bytes of all bodies so far, as the fault proxy counted them; 0 where nothing counts. */
function passed({ harness: { faults } }: Bench): { readonly sent: number; readonly received: number } {
  const sum = (count: (request: RequestRecord) => number) => (faults?.requests ?? []).reduce((total, request) => total + count(request), 0)
  return { sent: sum(request => request.requestBytes), received: sum(request => request.responseBytes) }
}

async function expectStored({ client, folder }: Bench, body: Uint8Array): Promise<void> {
  expect(sha256((await client.readBytes(`${folder}/big`, { maxBytes: body.byteLength })).bytes)).toBe(sha256(body))
}

function told({ report }: ChildResult): { readonly resumed: number; readonly moved: number } {
  const sum = (type: 'transfer-resume' | 'transfer-delta'): number =>
    (report?.events ?? []).reduce((total, event) => (event.type === type ? total + event.bytes : total), 0)
  return { resumed: sum('transfer-resume'), moved: sum('transfer-delta') }
}
