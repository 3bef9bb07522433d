import { FairleadError } from '@fairlead/core'
import { baseRules } from '../grammar/base-rules.ts'
import { fieldNames, isFieldName, tokenShapes, type FieldName, type NameValues } from '../grammar/fields.ts'
import { formatName } from '../grammar/format.ts'
import { shown, type RuleMaker } from './rule.ts'

/** Why no legal name can hold a value in a field, as a clause ("must be exactly 4 digits (f0001)"); undefined where one can. */
export function illegalIn(field: FieldName, value: unknown): string | undefined {
  const values: NameValues = { [field]: value }
  try {
    formatName([field], values)
  } catch (error) {
    if (FairleadError.is(error, 'input-invalid')) return `must be ${tokenShapes[field]}`
    throw error
  }
  const [broken] = baseRules(values)
  if (broken === undefined) return undefined
  switch (broken.rule) {
    case 'descriptor-start':
      return 'must not start with the word master, final or last'
    case 'version-above-zero':
      return 'must be at least 1'
    case 'extension-lower-case':
      return 'must be lower-case'
  }
}

const legal: RuleMaker = {
  scope: 'file',
  about: 'The value is legal in this field of a name. Applies the rules of name fields to a trait.',
  operand: () => ({ enum: fieldNames }),
  make(operand) {
    if (!isFieldName(operand)) return `needs the name of a field: ${fieldNames.join(', ')}`
    return {
      words: `must be a legal ${operand}: ${tokenShapes[operand]}`,
      check(value) {
        const wrong = illegalIn(operand, value)
        return wrong === undefined ? undefined : `is ${shown(value)}, no legal ${operand}: it ${wrong}`
      },
    }
  },
}

/** The rule that a value is legal in a field of names. */
export const legalRules = { legal } as const satisfies Record<string, RuleMaker>
