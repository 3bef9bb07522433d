export { capabilitiesTable, settingsTable } from './tables.ts'
export { updateReadme } from './update.ts'
