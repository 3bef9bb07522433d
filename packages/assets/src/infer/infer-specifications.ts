import { FairleadError } from '@fairlead/core'
import type { Specification } from '../specification/specification.ts'
import { parseSpecificationYaml } from '../specification/specification-yaml.ts'
import { specificationText, type PlainRules, type PlainSpecification } from '../yaml/specification-text.ts'
import { checkNames } from './check-names.ts'
import { ForeignNames, type ForeignConvention } from './foreign.ts'
import type { Listings } from './listing.ts'
import type { Outlier, OutlierReason } from './outlier.ts'
import { proposeSpecifications } from './propose.ts'
import { surveyNames } from './survey.ts'
import { TraitCensus } from './trait-census.ts'

/** A proposed specification, and how well the names follow it. */
export interface InferredSpecification {
  readonly specification: PlainSpecification
  /** Files that are meant to be of it. */
  readonly files: number
  /** Those that follow it: a legal name, allowed by its rules, in the directory of their asset. */
  readonly following: number
  /** How many numbers coordinates have, where names have them. */
  readonly axes: readonly number[]
}

/** What a tree says of itself. */
export interface Inference {
  /** All files, junk included. */
  readonly files: number
  readonly following: number
  readonly specifications: readonly InferredSpecification[]
  /** The proposal as YAML; without specifications where none could be told. */
  readonly yaml: string
  /** The first of them: as many as the limit. */
  readonly outliers: readonly Outlier[]
  readonly outlierCount: number
  readonly reasons: ReadonlyMap<OutlierReason, number>
  /** Hidden files and what systems leave behind. They count as no outliers. */
  readonly junk: readonly string[]
  readonly junkCount: number
  readonly foreign: readonly ForeignConvention[]
}

export interface InferOptions {
  /** The only specification to propose, and the token that names of another convention would get. */
  readonly name?: string
  /** How many outliers and junk files are listed; by default 10,000. All of them are counted. */
  readonly limit?: number
  /** Measures a file's traits, by name; what it leaves out could not be measured. */
  readonly measure?: (path: string) => Readonly<Record<string, string | number | boolean>>
}

function compile(specifications: readonly PlainSpecification[]): readonly Specification[] {
  return parseSpecificationYaml(specificationText(specifications.map(specification => ({ specification }))), 'proposal.yaml')
}

function share(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${Math.floor((part / whole) * 1000) / 10} %`
}

/**
 * Proposes a specification for every token that the names of a tree claim: the fields that most of its names have, in
 * their order, the asset type that the folders tell, and rules that hold everywhere. What does not follow is listed with
 * its reason. The tree is walked twice; time is linear, memory is bounded by its largest folder. Throws `input-invalid`
 * for a `name` that no specification can have.
 */
export function inferSpecifications(listings: Listings, { name, limit = 10_000, measure }: InferOptions = {}): Inference {
  if (name !== undefined && !/^[a-z]{3,4}[0-9]{3}$/.test(name)) {
    throw new FairleadError('input-invalid', `No specification can have the name ${JSON.stringify(name)}.`, {
      hint: 'Give 3 or 4 lower-case letters, then 3 digits.',
    })
  }
  const proposals = proposeSpecifications(surveyNames(listings)).filter(one => name === undefined || one.name === name)
  const foreign = new ForeignNames()
  const census = new Map(proposals.map(one => [one.name, new TraitCensus()]))
  const check = checkNames(listings, compile(proposals), {
    limit,
    onForeign: one => foreign.add(one),
    ...(measure !== undefined && { onFollowing: (path: string, { name: owner }: Specification) => census.get(owner)?.add(measure(path)) }),
  })
  const specifications = proposals.map((proposal): InferredSpecification => {
    const { files = 0, following = 0, votes } = check.counts.get(proposal.name) ?? {}
    const measured =
      measure === undefined ? { traits: {}, rules: {} } : (census.get(proposal.name)?.proposal() ?? { traits: {}, rules: {} })
    const rules: Readonly<Record<string, PlainRules>> = { ...(votes?.rules(proposal.rules) ?? proposal.rules), ...measured.rules }
    return {
      specification: { ...proposal, traits: measured.traits, rules },
      files,
      following,
      axes: [...(votes?.axes.keys() ?? [])].sort(),
    }
  })
  const following = specifications.reduce((total, one) => total + one.following, 0)
  const yaml = specificationText(
    specifications.map(one => ({
      specification: one.specification,
      comments: [
        `${one.following} of ${one.files} files follow (${share(one.following, one.files)})${one.axes.length === 0 ? '' : `; coordinates have ${one.axes.join(' or ')} numbers`}`,
      ],
    })),
    [`Proposed from ${check.files} files, ${following} of which follow it.`],
  )
  return {
    files: check.files,
    following,
    specifications,
    yaml,
    outliers: check.outliers.listed,
    outlierCount: check.outliers.count,
    reasons: check.reasons,
    junk: check.junk.listed,
    junkCount: check.junk.count,
    foreign: foreign.conventions(name ?? 'spec001'),
  }
}
