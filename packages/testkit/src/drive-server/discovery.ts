type Json = Readonly<Record<string, unknown>>

interface Method {
  readonly id: string
  readonly httpMethod: string
  readonly path: RegExp
  readonly parameters: Json
  readonly request: string | undefined
  readonly response: string | undefined
  readonly upload: boolean
  readonly media: boolean
}

/** One request or answer, as far as it is held against the description. */
export interface Exchanged {
  readonly method: string
  readonly url: URL
  /** The JSON of the request: its body, or the first part of an upload. */
  readonly request: unknown
  readonly status: number
  /** The JSON of the answer, if it had some. */
  readonly response: unknown
}

const uploadParameters = new Set(['uploadType', 'upload_id', 'upload_protocol'])

/**
 * Holds requests and answers against a Google discovery document: that the method exists, that its parameters are known and
 * of their type and range, that no required one is missing, and that bodies are what their schemas say.
 * https://developers.google.com/discovery/v1/reference/apis
 */
export class Discovery {
  readonly #schemas: Json
  readonly #global: Json
  readonly #methods: readonly Method[]

  constructor(document: unknown) {
    const root = record(document)
    this.#schemas = record(root['schemas'])
    this.#global = record(root['parameters'])
    this.#methods = methodsOf(root, String(root['servicePath']))
  }

  /** What is wrong with an exchange, each as a sentence; none when all is as it is described. */
  problems({ method, url, request, status, response }: Exchanged): readonly string[] {
    const upload = url.pathname.startsWith('/upload/')
    const path = url.pathname.replace(/^\/upload\//, '/')
    const found = this.#methods.find(one => one.httpMethod === method && one.path.test(path) && (!upload || one.upload))
    if (found === undefined) return [`${method} ${url.pathname} is no method of the API`]
    const at = `${found.id}: `
    const parameters = this.#parameterProblems(found, url, path, upload)
    const sent =
      request === undefined
        ? []
        : found.request === undefined
          ? ['it takes no body']
          : this.#value({ $ref: found.request }, request, 'request')
    const media = url.searchParams.get('alt') === 'media' || found.id.endsWith('.export')
    if (media && !found.media) return [`${at}it gives no media`]
    const answered =
      media || status >= 300 || response === undefined
        ? []
        : found.response === undefined
          ? ['it answers with nothing']
          : this.#value({ $ref: found.response }, response, 'answer')
    return [...parameters, ...sent, ...answered].map(problem => at + problem)
  }

  #parameterProblems({ parameters, path: form }: Method, url: URL, path: string, upload: boolean): string[] {
    const given = new Map<string, readonly string[]>()
    for (const name of url.searchParams.keys()) given.set(name, url.searchParams.getAll(name))
    for (const [name, value] of Object.entries(form.exec(path)?.groups ?? {})) given.set(name, [decodeURIComponent(value)])
    const problems: string[] = []
    for (const [name, values] of given) {
      if (uploadParameters.has(name) && upload) continue
      const known = record(parameters[name] ?? this.#global[name])
      if (parameters[name] === undefined && this.#global[name] === undefined) problems.push(`it has no parameter "${name}"`)
      else if (known['deprecated'] === true) problems.push(`its parameter "${name}" is deprecated`)
      else if (values.length > 1 && known['repeated'] !== true) problems.push(`its parameter "${name}" is not repeated`)
      else for (const value of values) problems.push(...parameterProblems(name, known, value))
    }
    for (const [name, described] of Object.entries(parameters)) {
      if (record(described)['required'] === true && !given.has(name)) problems.push(`its parameter "${name}" is missing`)
    }
    return problems
  }

  #value(described: unknown, value: unknown, at: string): string[] {
    const schema = record(described)
    const reference = schema['$ref']
    if (typeof reference === 'string') {
      const target = this.#schemas[reference]
      return target === undefined ? [`there is no schema ${reference}`] : this.#value(target, value, at)
    }
    switch (schema['type']) {
      case 'object':
        return this.#object(schema, value, at)
      case 'array':
        return Array.isArray(value)
          ? value.flatMap((item, index) => this.#value(schema['items'], item, `${at}[${index}]`))
          : [`${at} is no array`]
      case 'boolean':
        return typeof value === 'boolean' ? [] : [`${at} is no boolean`]
      case 'integer':
        return Number.isInteger(value) ? [] : [`${at} is no integer`]
      case 'number':
        return typeof value === 'number' ? [] : [`${at} is no number`]
      case 'string':
        return typeof value === 'string' ? stringProblems(schema, value, at) : [`${at} is no string`]
      default:
        return []
    }
  }

  #object(schema: Json, value: unknown, at: string): string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no object`]
    const properties = record(schema['properties'])
    return Object.entries(value).flatMap(([name, inner]) => {
      const known = properties[name] ?? schema['additionalProperties']
      if (known === undefined) return [`${at} has no property "${name}"`]
      // Null takes a property away: https://developers.google.com/workspace/drive/api/guides/properties
      return inner === null ? [] : this.#value(known, inner, `${at}.${name}`)
    })
  }
}

function parameterProblems(name: string, described: Json, value: string): string[] {
  const at = `parameter "${name}"`
  if (described['type'] === 'boolean') return value === 'true' || value === 'false' ? [] : [`${at} is no boolean`]
  if (described['type'] !== 'integer') return stringProblems(described, value, at)
  if (!/^-?\d+$/.test(value)) return [`${at} is no integer`]
  const [least, most] = [Number(described['minimum'] ?? -Infinity), Number(described['maximum'] ?? Infinity)]
  return Number(value) < least || Number(value) > most ? [`${at} is not from ${least} to ${most}`] : []
}

function stringProblems(described: Json, value: string, at: string): string[] {
  const { enum: allowed, pattern, format } = described
  if (Array.isArray(allowed) && !allowed.includes(value)) return [`${at} is "${value}", and none of ${allowed.join(', ')}`]
  if (typeof pattern === 'string' && !new RegExp(pattern).test(value)) return [`${at} does not match ${pattern}`]
  if (format === 'int64' && !/^-?\d+$/.test(value)) return [`${at} is no int64`]
  if (format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) return [`${at} is no date-time`]
  if (format === 'byte' && !/^[A-Za-z0-9_-]*={0,2}$/.test(value)) return [`${at} is no URL-safe Base64`]
  return []
}

function methodsOf(resource: Json, base: string): Method[] {
  return Object.values(record(resource['resources'])).flatMap(value => {
    const inner = record(value)
    const own = Object.values(record(inner['methods'])).map((given): Method => {
      const method = record(given)
      return {
        id: String(method['id']),
        httpMethod: String(method['httpMethod']),
        path: templateOf(`/${base}${String(method['path'])}`),
        parameters: record(method['parameters']),
        request: nameIn(method['request']),
        response: nameIn(method['response']),
        upload: method['supportsMediaUpload'] === true,
        media: method['supportsMediaDownload'] === true,
      }
    })
    // What is fixed goes before what is a parameter: files/generateIds is no file.
    return [
      ...own.toSorted((a, b) => Number(a.path.source.includes('?<')) - Number(b.path.source.includes('?<'))),
      ...methodsOf(inner, base),
    ]
  })
}

function templateOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\+?(\w+)\}/g, '(?<$1>[^/]+)')}$`)
}

function nameIn(reference: unknown): string | undefined {
  const name = record(reference)['$ref']
  return typeof name === 'string' ? name : undefined
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
