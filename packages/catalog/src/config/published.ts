import { specificationSchema } from '@fairlead/assets'
import { reportSchema } from '../webhooks/report-schema.ts'
import { schemaDocument, type JsonSchema } from './json-schema.ts'
import { projectSchema } from './project-schema.ts'

/** The JSON Schema of fairlead.yaml (draft 2020-12), as published in `@fairlead/catalog/schema/fairlead.json`. */
export function configSchema(): JsonSchema {
  return { ...schemaDocument(projectSchema, 'fairlead.yaml'), $defs: specificationSchema['$defs'] }
}

/** The JSON Schema of the report that webhooks are filled in from, as published in `@fairlead/catalog/schema/webhook-report.json`. */
export function webhookReportSchema(): JsonSchema {
  return schemaDocument(reportSchema, 'The report of an export or a workflow')
}
