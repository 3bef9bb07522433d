/** Works on items, so many at once. After a failure nothing more is begun; it is thrown when what was under way has ended. */
export async function atOnce<T>(items: Iterable<T>, most: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = Iterator.from(items)
  let failure: { readonly cause: unknown } | undefined
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true && failure === undefined; next = left.next()) {
      try {
        await work(next.value)
      } catch (cause) {
        failure ??= { cause }
      }
    }
  }
  await Promise.all(Array.from({ length: most }, worker))
  if (failure !== undefined) throw failure.cause
}
