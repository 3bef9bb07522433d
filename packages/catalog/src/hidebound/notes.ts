/** What a conversion has to say of a key. */
export interface ConversionNote {
  /** The key in Hidebound's configuration, such as `exporters[0].region`. */
  readonly key: string
  /** `changed`: carried over, and different now. `left-out`: not carried over. `to-do`: the user has to do something. */
  readonly kind: 'changed' | 'left-out' | 'to-do'
  /** One or two sentences without secrets. */
  readonly message: string
}

/** Collects notes. */
export interface Notes {
  readonly all: readonly ConversionNote[]
  changed(key: string, message: string): void
  leftOut(key: string, message: string): void
  toDo(key: string, message: string): void
}

/** An empty collection. */
export function createNotes(): Notes {
  const all: ConversionNote[] = []
  const add = (kind: ConversionNote['kind']) => (key: string, message: string) => void all.push({ key, kind, message })
  return { all, changed: add('changed'), leftOut: add('left-out'), toDo: add('to-do') }
}
