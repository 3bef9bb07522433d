import type { DropboxInMemory } from '@fairlead/testkit'

/** Gives the root namespace of a team another id, as happens when a team is moved. */
export function newFolderOf(account: DropboxInMemory['account'], from: string, to: string): void {
  account.namespaces.set(to, account.namespace(from))
  account.namespaces.delete(from)
  account.rootNamespace = to
}
