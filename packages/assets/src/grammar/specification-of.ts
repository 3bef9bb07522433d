const wholeField = /(?:^|_)s-([a-z]{3,4}[0-9]{3})(?=[_.]|$)/

/**
 * The specification a name claims: the token of its first whole `s-` field, at the start of the name or after `_`, so
 * that the `s-` inside of `d-cats-pet001` is none. Undefined where there is none.
 */
export function specificationOf(name: string): string | undefined {
  return wholeField.exec(name)?.[1]
}

const anyIndicator = /^[ps][-_ ]|[_ .]s[-_ ]/i

/** Whether a name begins like the name of an asset's file or holds something like an `s-` field, be it wrongly written. */
export function meansToBeNamed(name: string): boolean {
  return anyIndicator.test(name)
}
