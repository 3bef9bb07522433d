import { notFound, Refusal } from './answer.ts'
import type { StoredDrive, StoredFile } from './store.ts'
import { scopes, type Visitor } from './tokens.ts'

const ranks = ['reader', 'commenter', 'writer', 'fileOrganizer', 'organizer', 'owner'] as const

/** What a visitor may do with a file: undefined where it can't even see it. */
export function roleOf(drive: StoredDrive, file: StoredFile, visitor: Visitor): (typeof ranks)[number] | undefined {
  const { scopes: granted, client } = visitor
  const everything = granted.has(scopes.full) || granted.has(scopes.readonly)
  if (!everything && !(granted.has(scopes.file) && file.app === client)) return undefined
  const held = drive
    .permissionsOf(file)
    .filter(({ type, emailAddress }) => type === 'anyone' || emailAddress === visitor.email)
    .map(({ role }) => ranks.findIndex(rank => rank === role))
  const rank = ranks[Math.max(-1, ...held)]
  if (file.driveId !== undefined && file.owner === visitor.email) return 'organizer'
  return rank
}

/** The file, if the visitor may do that much. */
export function seenFile(drive: StoredDrive, id: string, visitor: Visitor, least: 'reader' | 'writer' = 'reader'): StoredFile {
  const file = drive.files.get(id === 'root' ? drive.rootId : id)
  const role = file === undefined ? undefined : roleOf(drive, file, visitor)
  if (file === undefined || role === undefined) throw notFound(id)
  if (least === 'writer') {
    if (!visitor.scopes.has(scopes.full) && !visitor.scopes.has(scopes.file)) throw insufficientScope()
    if (ranks.indexOf(role) < ranks.indexOf('writer'))
      throw new Refusal(403, 'insufficientFilePermissions', 'The user does not have sufficient permissions for this file.')
  }
  return file
}

/** The folder for a new file. Of an app that sees only its own files the root alone is another one's. */
export function parentFor(drive: StoredDrive, id: string, visitor: Visitor): StoredFile {
  if (!visitor.scopes.has(scopes.full) && !visitor.scopes.has(scopes.file)) throw insufficientScope()
  const root = drive.files.get(drive.rootId)
  if (root !== undefined && (id === 'root' || id === drive.rootId)) return root
  return seenFile(drive, id, visitor, 'writer')
}

function insufficientScope(): Refusal {
  return new Refusal(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.', {
    rpc: { status: 'PERMISSION_DENIED', reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' },
  })
}
