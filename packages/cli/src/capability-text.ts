import type { Capabilities } from '@fairlead/core'
import { formatBytes, formatSeconds } from '@fairlead/core/host'

const yes = (words: ReadonlyArray<string | false | undefined>): string => {
  const shown = words.filter(word => typeof word === 'string')
  return shown.length === 0 ? 'yes' : `yes: ${shown.join(', ')}`
}

/** What a client can do, a line for each kind of operation. */
export function capabilityLines(capabilities: Capabilities): readonly string[] {
  const { list, read, write, copy, remove, share, search, assets } = capabilities
  const lines: ReadonlyArray<readonly [string, string]> = [
    ['list', list === false ? 'no' : yes([list.recursive && 'recursive', list.ordered && 'ordered'])],
    [
      'read',
      read === false ? 'no' : yes([read.range && 'ranges', read.versions && 'versions', read.validator && 'resumes interrupted reads']),
    ],
    [
      'write',
      write === false
        ? 'no'
        : yes([
            write.resumable !== false && 'resumable',
            write.maxBytes !== undefined && `at most ${formatBytes(write.maxBytes)}`,
            write.conditions.length > 0 && `if ${write.conditions.join(' or ')}`,
          ]),
    ],
    ['copy', copy === false ? 'no' : 'yes'],
    ['remove', remove === false ? 'no' : yes([remove.recursive && 'folders'])],
    ['search', search.native === false ? 'by listing' : 'by the service'],
    [
      'share',
      share === false
        ? 'no'
        : yes([
            ...share.kinds,
            share.maxExpirySeconds !== undefined && `at most ${formatSeconds(share.maxExpirySeconds)}`,
            share.revoke && 'revocable',
            share.served === true && 'with --serve',
          ]),
    ],
    ['assets', assets === 'native' ? "in the service's own layout" : 'as objects'],
  ]
  return lines.map(([name, text]) => `${name.padEnd(8)}${text}`)
}

/** What a client can do, in a word each: for lists of many clients. */
export function capabilityWords({ list, read, write, copy, remove, search, share, assets }: Capabilities): readonly string[] {
  const words: ReadonlyArray<string | false> = [
    list !== false && 'list',
    read !== false && 'read',
    read !== false && read.versions && 'versions',
    write !== false && 'write',
    write !== false && write.resumable !== false && 'resume',
    copy !== false && 'copy',
    remove !== false && 'remove',
    search.native !== false && 'search',
    share !== false && 'share',
    assets === 'native' && 'native-assets',
  ]
  return words.filter(word => word !== false)
}
