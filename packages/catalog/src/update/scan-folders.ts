import { ScanSession, type ScanSetup } from './scan-session.ts'
import type { Frame, Scanned } from './unit.ts'

/** Folders to scan on a worker thread; a thread serves one update, so it keeps what the first unit made it load. */
export interface ScanUnit {
  readonly setup: ScanSetup
  readonly frame: Frame
}

let session: Promise<ScanSession> | undefined

/** Scans folders on a worker thread. */
export default async function scanFolders({ setup, frame }: ScanUnit): Promise<Scanned> {
  session ??= ScanSession.open(setup, () => undefined)
  return (await session).scan(frame)
}
