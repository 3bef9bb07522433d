import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../base-command.ts'
import { record, anything, type Infer } from '../schema.ts'

const result = record(anything(), 'The JSON Schema.')

/** `fairlead config schema`. */
export default class ConfigSchema extends BaseCommand<Infer<typeof result>> {
  static override readonly summary = 'Print the JSON Schema of fairlead.yaml'
  static override readonly description = `JSON Schema draft 2020-12, with the purpose and default of every key, for completion in editors.
Packages can import it as @fairlead/catalog/schema/fairlead.json.`
  static override readonly examples = ['<%= config.bin %> config schema > fairlead.schema.json']
  static override readonly result = result
  static override readonly flags = {
    report: Flags.boolean({ summary: 'Print the schema of the report that webhooks are filled in from instead.' }),
  }

  async run(): Promise<Infer<typeof result>> {
    const { flags } = await this.parse(ConfigSchema)
    const { configSchema, webhookReportSchema } = await import('@fairlead/catalog')
    const schema = flags.report ? webhookReportSchema() : configSchema()
    this.tell(JSON.stringify(schema, undefined, 2))
    return schema
  }
}
