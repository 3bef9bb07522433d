import { createHash } from 'node:crypto'
import { builtinTraits, builtinTraitsRevision, type Specification, type Trait } from '@fairlead/assets'

const builtins: ReadonlyMap<unknown, string> = new Map(Object.entries(builtinTraits).map(([name, trait]) => [trait, name]))

function identityOf(trait: Trait, digest: string): string {
  const builtin = builtins.get(trait)
  return builtin === undefined ? `${trait.type} ${digest} ${trait.measure.toString()}` : `${builtin}@${builtinTraitsRevision}`
}

function keyOf({ traits }: Specification, digest: string): string {
  const entries = Object.entries(traits)
  if (entries.length === 0) return ''
  const text = entries.map(([name, trait]) => `${name}=${identityOf(trait, digest)}`).join('\n')
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

/**
 * What tells the trait functions of a specification from others, so that files are measured anew when a function changed.
 * `digest` stands for what functions of one's own may call. Empty when there are none: then no file needs to be opened.
 */
export function traitKeys(specifications: readonly Specification[], digest: string): ReadonlyMap<Specification, string> {
  return new Map(specifications.map(specification => [specification, keyOf(specification, digest)]))
}
