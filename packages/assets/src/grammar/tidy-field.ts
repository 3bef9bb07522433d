import { padding, type FieldName } from './fields.ts'

/** Runs that hold a space, full stop or underscore become one hyphen; a doubled hyphen was legal and stays. */
function tidyDescriptor(text: string): string {
  return text
    .toLowerCase()
    .replace(/[_ .]+$/, '')
    .replace(/[-_ .]+/g, run => (/[_ .]/.test(run) ? '-' : run))
    .replace(/^-+/, '')
}

function paddedNumber(text: string, digits: number): string {
  return String(Number(text)).padStart(digits, '0')
}

/** One field as it should be written, from the token that was. */
export function tidyField(field: FieldName, text: string): string {
  switch (field) {
    case 'project':
      return `p-${text.toLowerCase()}`
    case 'specification':
      return `s-${text.toLowerCase().replace(/[0-9]+$/, number => paddedNumber(number, padding.specification))}`
    case 'descriptor':
      return `d-${tidyDescriptor(text)}`
    case 'version':
      return `v${paddedNumber(text, padding.version)}`
    case 'coordinate':
      return `c${text
        .split(/[-_ ]/)
        .map(element => paddedNumber(element, padding.coordinate))
        .join('-')}`
    case 'frame':
      return `f${paddedNumber(text, padding.frame)}`
    case 'extension':
      return `.${text.toLowerCase()}`
  }
}
