import { badRequest, type Json } from './refusal.ts'

/** The arguments of a call. Whether they follow the specification is for who watches the server; here only what is needed is read. */
export class Args {
  readonly route: string
  readonly value: Json

  constructor(route: string, value: Json) {
    this.route = route
    this.value = value
  }

  text(name: string): string {
    const found = this.optionalText(name)
    if (found === undefined) throw badRequest(this.route, `request body: missing required field '${name}'`)
    return found
  }

  optionalText(name: string): string | undefined {
    const found = this.#field(name)
    return typeof found === 'string' ? found : undefined
  }

  count(name: string, otherwise: number): number {
    const found = this.#field(name)
    return typeof found === 'number' ? found : otherwise
  }

  flag(name: string): boolean {
    return this.#field(name) === true
  }

  list(name: string): readonly Json[] {
    const found = this.#field(name)
    return Array.isArray(found) ? found : []
  }

  has(name: string): boolean {
    const found = this.#field(name)
    return found !== undefined && found !== null
  }

  struct(name: string): Args {
    return new Args(this.route, this.#field(name))
  }

  structs(name: string): readonly Args[] {
    return this.list(name).map(item => new Args(this.route, item))
  }

  /** The tag of a union: of its object, or the bare word that stands for a tag without a value. */
  tag(name: string): string | undefined {
    const found = this.#field(name)
    return typeof found === 'string' ? found : this.struct(name).optionalText('.tag')
  }

  #field(name: string): Json {
    const { value } = this
    if (typeof value !== 'object' || value === null) return undefined
    const fields: Readonly<Record<string, Json>> = { ...value }
    return Object.hasOwn(fields, name) ? fields[name] : undefined
  }
}
