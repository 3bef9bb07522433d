import { FairleadError } from '@fairlead/core'
import { recordsOf, textOf, type Json } from './json.ts'

/** One address of the object store. */
export interface Endpoint {
  readonly interface: string
  readonly region: string
  readonly url: string
}

/** The addresses of the object store in a catalog of Keystone v3. */
export function endpoints3(catalog: Json): readonly Endpoint[] {
  return recordsOf(catalog)
    .filter(service => service['type'] === 'object-store')
    .flatMap(service => recordsOf(service['endpoints']))
    .flatMap(endpoint => {
      const url = textOf(endpoint['url'])
      if (url === undefined) return []
      return [
        { interface: textOf(endpoint['interface']) ?? '', region: textOf(endpoint['region_id']) ?? textOf(endpoint['region']) ?? '', url },
      ]
    })
}

/** The same of Keystone v2, where one entry has an address for each interface. */
export function endpoints2(catalog: Json): readonly Endpoint[] {
  return recordsOf(catalog)
    .filter(service => service['type'] === 'object-store')
    .flatMap(service => recordsOf(service['endpoints']))
    .flatMap(endpoint =>
      ['public', 'internal', 'admin'].flatMap(kind => {
        const url = textOf(endpoint[`${kind}URL`])
        return url === undefined ? [] : [{ interface: kind, region: textOf(endpoint['region']) ?? '', url }]
      }),
    )
}

/** The address that the settings mean; the first where they leave it open. `config-invalid` says what there is instead. */
export function chooseEndpoint(
  endpoints: readonly Endpoint[],
  wanted: { readonly region: string | undefined; readonly interface: string },
): string {
  const kind = wanted.interface.replace(/URL$/i, '').toLowerCase()
  const ofKind = endpoints.filter(endpoint => endpoint.interface === kind)
  const found = ofKind.find(endpoint => wanted.region === undefined || endpoint.region === wanted.region)
  if (found !== undefined) return found.url
  if (endpoints.length === 0) {
    throw new FairleadError('config-invalid', 'the catalog of this login has no object store', {
      hint: 'Set project to the project that has one, or storage-url to the URL of the account.',
    })
  }
  const regions = [...new Set(ofKind.map(({ region }) => region))].toSorted()
  if (regions.length === 0) {
    const kinds = [...new Set(endpoints.map(endpoint => endpoint.interface))].toSorted()
    throw new FairleadError('config-invalid', `the object store has no ${kind} address`, {
      hint: `Set interface to ${kinds.join(' or ')}.`,
    })
  }
  throw new FairleadError('config-invalid', `there is no object store in region "${wanted.region ?? ''}"`, {
    hint: `Set region to ${regions.map(region => `"${region}"`).join(' or ')}.`,
  })
}
