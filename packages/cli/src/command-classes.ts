import { commands } from './commands.ts'

/** All command classes by id: what oclif's explicit discovery asks for. Only the build loads this, to write the manifest. */
const classes = Object.fromEntries(
  await Promise.all(Object.entries(commands).map(async ([id, load]) => [id, (await load()).default] as const)),
)

export default classes
