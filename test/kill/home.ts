/** Steps of the catalog find their state by the environment. */
export async function withHome<T>(home: string, work: () => Promise<T>): Promise<T> {
  const before = process.env['FAIRLEAD_HOME']
  process.env['FAIRLEAD_HOME'] = home
  try {
    return await work()
  } finally {
    if (before === undefined) delete process.env['FAIRLEAD_HOME']
    else process.env['FAIRLEAD_HOME'] = before
  }
}
