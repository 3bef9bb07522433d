import { FairleadError } from '@fairlead/core'
import { isRecord, recordsOf, textOf, type Json } from './json.ts'
import type { Wire } from './wire.ts'

/** Somebody who may read. */
export interface Right {
  readonly id: string
  readonly of: 'users' | 'groups'
}

const readLevel = 0

/** Who may see a folder. What lies below it at that time follows, as Girder's own page does it. */
export class Access {
  readonly #wire: Wire

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** The users and groups of names: a login, an e-mail address, or `group:NAME`. Throws `not-found`. */
  async find(names: readonly string[], signal: AbortSignal): Promise<readonly Right[]> {
    const rights: Right[] = []
    for (const name of names) {
      const right = name.startsWith('group:') ? await this.#group(name.slice('group:'.length), signal) : await this.#user(name, signal)
      if (right === undefined)
        throw new FairleadError(
          'not-found',
          `Girder has no ${name.startsWith('group:') ? 'group' : 'user'} "${name.replace(/^group:/, '')}".`,
          {
            hint: 'Give the login or email address of a user, or a group as group:NAME.',
          },
        )
      rights.push(right)
    }
    return rights
  }

  async isPublic(folder: string, signal: AbortSignal): Promise<boolean> {
    const found = await this.#wire.json({ path: `folder/${folder}`, signal })
    return isRecord(found) && found['public'] === true
  }

  async setPublic(folder: string, open: boolean, signal: AbortSignal): Promise<void> {
    await this.#set(folder, await this.#list(folder, signal), signal, open)
  }

  /** Lets them in who may not read yet, and gives those. */
  async letIn(folder: string, rights: readonly Right[], signal: AbortSignal): Promise<readonly Right[]> {
    if (rights.length === 0) return []
    const access = await this.#list(folder, signal)
    const added = rights.filter(({ id, of }) => !access[of].some(entry => entry['id'] === id))
    const entries = (of: Right['of']) => [...access[of], ...added.filter(one => one.of === of).map(({ id }) => ({ id, level: readLevel }))]
    if (added.length > 0) await this.#set(folder, { users: entries('users'), groups: entries('groups') }, signal)
    return added
  }

  async takeBack(folder: string, rights: readonly Right[], signal: AbortSignal): Promise<void> {
    if (rights.length === 0) return
    const access = await this.#list(folder, signal)
    const stay = (of: Right['of']) => access[of].filter(entry => !rights.some(right => right.of === of && right.id === entry['id']))
    await this.#set(folder, { users: stay('users'), groups: stay('groups') }, signal)
  }

  async #list(folder: string, signal: AbortSignal): Promise<Record<Right['of'], readonly Json[]>> {
    const access = await this.#wire.json({ path: `folder/${folder}/access`, signal })
    const of = (key: Right['of']) =>
      recordsOf(isRecord(access) ? access[key] : undefined).map(({ id, level, flags }) => ({ id, level, flags }))
    return { users: of('users'), groups: of('groups') }
  }

  async #set(folder: string, access: Record<Right['of'], readonly Json[]>, signal: AbortSignal, open?: boolean): Promise<void> {
    const query = { access: JSON.stringify(access), recurse: true, public: open }
    await this.#wire.json({ method: 'PUT', path: `folder/${folder}/access`, query, signal })
  }

  async #user(name: string, signal: AbortSignal): Promise<Right | undefined> {
    // Listed in full: its search by text finds words, and no address. An administrator sees the addresses.
    const users = recordsOf(await this.#wire.json({ path: 'user', query: { limit: 0 }, signal }))
    const wanted = name.toLowerCase()
    const found = users.find(user => [user['login'], user['email']].some(text => textOf(text)?.toLowerCase() === wanted))
    const id = textOf(found?.['_id'])
    return id === undefined ? undefined : { id, of: 'users' }
  }

  async #group(name: string, signal: AbortSignal): Promise<Right | undefined> {
    const groups = recordsOf(await this.#wire.json({ path: 'group', query: { text: name, exact: true, limit: 0 }, signal }))
    const id = textOf(groups.find(group => group['name'] === name)?.['_id'])
    return id === undefined ? undefined : { id, of: 'groups' }
  }
}
