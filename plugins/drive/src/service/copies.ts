import type { CopyRequest, Entry } from '@fairlead/core'
import { entryOf, fileFields, parseFile } from '../mapping.ts'
import { nameOf, splitPath } from '../names.ts'
import { replacing } from '../properties.ts'
import type { Contents } from './content.ts'
import type { Files } from './files.ts'
import type { Lookup } from './lookup.ts'
import type { Sdk } from './sdk.ts'
import type { Targets } from './targets.ts'
import type { Tree } from './tree.ts'

/** What copies are made with. */
export interface CopiesSetting {
  readonly sdk: Sdk
  readonly files: Files
  readonly tree: Tree
  readonly lookup: Lookup
  readonly targets: Targets
  readonly contents: Contents
  readonly endings: readonly string[]
}

/** Copies inside Drive. A document of Google is copied as what it is shown as. */
export class Copies {
  readonly #at: CopiesSetting

  constructor(setting: CopiesSetting) {
    this.#at = setting
  }

  async copy({ from, to }: CopyRequest, signal: AbortSignal): Promise<Entry> {
    const { sdk, files, tree, lookup, targets, contents, endings } = this.#at
    const source = await lookup.file(from, signal)
    if (source.head === undefined) {
      const { source: body, contentType } = await contents.exported(from, signal)
      return await contents.write({ path: to, source: body, ...(contentType !== undefined && { contentType }) }, signal)
    }
    return await targets.alone(to, signal, async () => {
      const { folder, segment } = splitPath(to)
      const parent = await tree.ensure(folder, signal)
      const before = await lookup.find(to, signal)
      // A copy has the content and the metadata of its source; with whom that is shared, and what it was a tag of, stays there.
      const kept = Object.fromEntries(Object.entries(source.properties).filter(([key]) => /^m\d+$/.test(key)))
      const { modified } = source
      const made = await sdk.call(signal, async (api, request) =>
        api.files.copy(
          {
            fileId: source.id,
            supportsAllDrives: true,
            fields: fileFields,
            requestBody: {
              name: nameOf(segment),
              parents: [parent],
              mimeType: source.mimeType,
              ...(modified !== undefined && { modifiedTime: modified.toISOString() }),
            },
          },
          request,
        ),
      )
      const copy = parseFile(made)
      const properties = replacing(copy.properties, { ...kept, fairlead: 'file' })
      const named = await files.update(
        copy.id,
        { appProperties: properties, ...(modified !== undefined && { modifiedTime: modified.toISOString() }) },
        signal,
      )
      const replaced = [...(before.file === undefined ? [] : [before.shortcut ?? before.file]), ...before.others]
      for (const { id, head } of replaced)
        if (head !== undefined || before.shortcut?.id === id) await files.update(id, { trashed: true }, signal)
      return { ...entryOf(to, await targets.settle(to, named, signal), endings), path: to }
    })
  }
}
