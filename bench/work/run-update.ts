// node run-update.ts PROJECT: one update; counts the files that belong to valid assets.
import { openProject, update } from '@fairlead/catalog'

const { files, invalid, unassigned } = await update(openProject(process.argv[2] ?? '.'))
console.log(JSON.stringify({ count: files - unassigned, invalid }))
