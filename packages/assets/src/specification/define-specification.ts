import { FairleadError } from '@fairlead/core'
import type { FieldName } from '../grammar/fields.ts'
import type { DefaultFields, SpecificationDefinition, TraitDefinitions } from './definition.ts'
import { readDefinition } from './read-definition.ts'
import type { Specification } from './specification.ts'

/**
 * A specification of what an asset must be. Rules are typed by the fields and traits that the definition itself names;
 * every specification inherits the rules of project, descriptor, version and extension. Throws `config-invalid` with
 * everything that is wrong with the definition.
 */
export function defineSpecification<const F extends readonly FieldName[] = DefaultFields, const T extends TraitDefinitions = readonly []>(
  definition: SpecificationDefinition<F, T>,
): Specification {
  const { specification, issues } = readDefinition(definition)
  if (issues.length === 0) return specification
  const lines = issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
  throw new FairleadError(
    'config-invalid',
    `The specification${specification.name === '' ? '' : ` ${JSON.stringify(specification.name)}`} is wrong. ${lines.join('\n')}`,
    {
      hint: 'Correct the definition at the reported location.',
    },
  )
}
