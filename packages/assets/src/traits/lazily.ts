/** What is loaded at its first use: a promise until then, at once from then on. A load that failed is tried again. */
export function lazily<T>(load: () => Promise<T>): () => T | Promise<T> {
  let loaded: { readonly value: T } | undefined
  let loading: Promise<T> | undefined
  return () => {
    if (loaded !== undefined) return loaded.value
    loading ??= load().then(
      value => {
        loaded = { value }
        return value
      },
      (cause: unknown) => {
        loading = undefined
        throw cause
      },
    )
    return loading
  }
}

/** Applies a function to a value, or to what its promise will give. */
export function mapValue<T, R>(value: T | Promise<T>, map: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(map) : map(value)
}
