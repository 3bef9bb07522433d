import { readFileSync } from 'node:fs'
import { FairleadError } from '../../contract/errors.ts'
import type { HttpOptions } from '../../http/create-http.ts'

/**
 * What the environment says about the network: HTTP_PROXY, HTTPS_PROXY, NO_PROXY, and `FAIRLEAD_CA_FILE`, a PEM file of
 * certificate authorities trusted besides the default ones. `caFile` wins over the variable. `config-invalid` when the
 * file can't be read or holds no certificate.
 */
export function httpOptionsFrom(
  environment: Readonly<Record<string, string | undefined>>,
  settings: { readonly caFile?: string } = {},
): HttpOptions {
  const file = settings.caFile ?? environment.FAIRLEAD_CA_FILE
  return { proxyEnv: environment, ...(file !== undefined && file !== '' && { ca: [readCertificates(file)] }) }
}

function readCertificates(file: string): string {
  const hint = 'Set FAIRLEAD_CA_FILE to a PEM file of certificates, or unset it.'
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new FairleadError('config-invalid', `the certificate file ${file} can't be read`, { hint, cause })
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new FairleadError('config-invalid', `${file} contains no certificate in PEM format`, { hint })
  return text
}
