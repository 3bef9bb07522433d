import { openProject, create } from '../../src/index.ts'

/* A process that creates the staging of the project of its argument and tells of every event. */
await create(openProject(process.argv[2] ?? '.'), { onEvent: event => process.send?.(event) })
process.disconnect()
