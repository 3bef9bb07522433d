import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { createFolders } from '@fairlead/core/host'

/** What is remembered of a file while its fingerprint stays the same. */
export interface Fact {
  readonly fingerprint: string
  /** Which trait functions the traits were measured by. */
  readonly traitKey: string | null
  /** {@link FileTraits} as JSON. */
  readonly traits: string | null
  /** Lower-case hex. */
  readonly sha256: string | null
}

const batchRows = 5000
const schemaVersion = 1

/**
 * Facts of files, by absolute folder and name, in one SQLite file of the state folder. They are committed in batches, so
 * an update or create that was killed goes on where it was. Losing the file costs time only.
 */
export class FactStore implements Disposable {
  private readonly database: DatabaseSync
  private readonly select: StatementSync
  private readonly putTraits: StatementSync
  private readonly putSha256: StatementSync
  private pending = 0

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    this.database = new DatabaseSync(file, { timeout: 60_000 })
    this.database.exec('pragma journal_mode = wal; pragma synchronous = normal')
    const version = Number(this.database.prepare('pragma user_version').get()?.user_version)
    if (version !== schemaVersion) this.database.exec(`drop table if exists facts; pragma user_version = ${schemaVersion}`)
    this.database.exec(`create table if not exists facts (folder text not null, name text not null, fingerprint text not null, trait_key text,
      traits text, sha256 text, primary key (folder, name)) without rowid`)
    this.select = this.database.prepare('select name, fingerprint, trait_key as traitKey, traits, sha256 from facts where folder = ?')
    // A new fingerprint means new content: what was known of the old one goes.
    const kept = (column: string) => `${column} = iif(fingerprint = excluded.fingerprint, ${column}, null)`
    const upsert = 'on conflict (folder, name) do update set'
    this.putTraits = this.database.prepare(
      `insert into facts (folder, name, fingerprint, trait_key, traits) values (?, ?, ?, ?, ?) ${upsert}
       ${kept('sha256')}, trait_key = excluded.trait_key, traits = excluded.traits, fingerprint = excluded.fingerprint`,
    )
    this.putSha256 = this.database.prepare(
      `insert into facts (folder, name, fingerprint, sha256) values (?, ?, ?, ?) ${upsert}
       ${kept('trait_key')}, ${kept('traits')}, sha256 = excluded.sha256, fingerprint = excluded.fingerprint`,
    )
  }

  /** All that is known of the files of a folder, by name. */
  folder(folder: string): ReadonlyMap<string, Fact> {
    const facts = new Map<string, Fact>()
    for (const { name, fingerprint, traitKey, traits, sha256 } of this.select.iterate(folder)) {
      const text = (value: unknown) => (typeof value === 'string' ? value : null)
      facts.set(String(name), { fingerprint: String(fingerprint), traitKey: text(traitKey), traits: text(traits), sha256: text(sha256) })
    }
    return facts
  }

  rememberTraits(folder: string, name: string, fingerprint: string, traitKey: string, traits: string): void {
    this.begin()
    this.putTraits.run(folder, name, fingerprint, traitKey, traits)
    this.count()
  }

  rememberSha256(folder: string, name: string, fingerprint: string, sha256: string): void {
    this.begin()
    this.putSha256.run(folder, name, fingerprint, sha256)
    this.count()
  }

  /** Commits what was remembered. */
  commit(): void {
    if (this.pending > 0) this.database.exec('commit')
    this.pending = 0
  }

  [Symbol.dispose](): void {
    this.commit()
    this.database.close()
  }

  private begin(): void {
    if (this.pending === 0) this.database.exec('begin immediate')
  }

  private count(): void {
    if (++this.pending >= batchRows) this.commit()
  }
}

/** The store of this account. */
export function openFacts(): FactStore {
  return new FactStore(join(createFolders().state, 'catalog-facts.sqlite'))
}
