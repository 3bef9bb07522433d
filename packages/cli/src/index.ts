/** What the results of commands look like. */
export { errorSchema, type JsonSchema } from './schema.ts'
