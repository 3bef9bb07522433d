import { openProject, update } from '../../src/index.ts'

/* A process that updates the project of its argument and tells of every event. */
await update(openProject(process.argv[2] ?? '.'), { onEvent: event => process.send?.(event) })
process.disconnect()
