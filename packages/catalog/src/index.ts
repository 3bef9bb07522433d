export {
  problemLine,
  projectFileName,
  type CatalogConfig,
  type ConfigSource,
  type ExporterConfig,
  type SavedQuery,
  type SourceProblem,
} from './config/config.ts'
export { metadataTypes, workflowSteps, writeModes, type MetadataType, type WorkflowStep, type WriteMode } from './config/choices.ts'
export { checkProject, type CheckedProject, type CheckOptions } from './config/check-project.ts'
export { defaultExclude } from './config/defaults.ts'
export { defaultsText } from './config/defaults-text.ts'
export type { Variables } from './config/environment.ts'
export { configSchema, webhookReportSchema } from './config/published.ts'
export type { WebhookEntry } from './config/schema.ts'
export { showConfig, type ShownConfig, type ShownValue } from './config/show.ts'
export type { CatalogEvent, StepOptions } from './events.ts'
export { encodeJpeg } from './example/jpeg.ts'
export { exampleFrame, plainPicture, type Picture } from './example/picture.ts'
export { encodePng } from './example/png.ts'
export { exampleImage, writeExample, type ExampleFault } from './example/tree.ts'
export type { ConversionNote } from './hidebound/notes.ts'
export {
  initFromHidebound,
  initFromHideboundEnvironment,
  type FromHideboundOptions,
  type FromHideboundResult,
} from './hidebound/init-from-hidebound.ts'
export { initProject, type InitOptions, type InitResult } from './init.ts'
export { applyFix, listFixes, previewFix, undoFix, type ApplyResult, type FixRecord } from './names/apply-fix.ts'
export type { FixState } from './names/fix-journal.ts'
export { lintCatalog, type NameFindings } from './names/lint-catalog.ts'
export { nextName, type NextName, type NextOptions } from './names/next-name.ts'
export type { FixPlan, FixSelection, PlannedRename, RefusedRename } from './names/plan-fix.ts'
export type { NoProposal, Proposal } from './names/propose.ts'
export { findProject, findProjectFile, openProject, projectFileAt, type Project } from './project.ts'
export { encodeRows, formatOfFile, rowFormats, writeRows, type RowFormat, type RowOptions } from './query/formats/write-rows.ts'
export { parameterValue } from './query/parameters.ts'
export { query, type FirstRows, type QueryOptions, type QueryResult, type QueryRow } from './query/query.ts'
export type { ColumnType, ParameterValue, QueryColumn, QueryValue } from './query/protocol.ts'
export { removeQuery, savedQuery, saveQuery } from './query/saved/saved-queries.ts'
export { assetIdsWhere, type AssetSelection } from './query/select-assets.ts'
export { bumpSpecification, nextSpecificationName, type SpecificationBump } from './specifications/bump.ts'
export { checkSpecificationFiles, type CheckedSpecificationFile } from './specifications/check.ts'
export { loadSpecifications, loadSpecificationSources, type SourcedSpecification } from './specifications/load.ts'
export { projectSpecificationFiles } from './specifications/sources.ts'
export { viewColumns, type ViewColumn } from './specifications/view-columns.ts'
export { update, type UpdateOptions, type UpdateResult } from './update/update.ts'
export { watch, type WatchOptions } from './update/watch.ts'
export { exportAssets, exportTo, type ConnectClient, type ExporterOutcome, type ExportOptions } from './export.ts'
export { readProblems, type CatalogProblem, type ProblemGroup } from './problems.ts'
export { create, type CreateOptions, type CreateResult } from './staging/create.ts'
export { deleteStaging, type DeleteOptions, type DeleteResult } from './staging/delete.ts'
export type { PlanAction, PlannedAsset } from './staging/create-plan.ts'
export type { Refused } from './staging/move-assets.ts'
export { selectionOf, type AssetSubset, type Selection } from './staging/selection.ts'
export { exportAndCall, type ExportAndCallOptions, type ExportAndCallResult } from './webhooks/export-and-call.ts'
export type { ShownWebhook } from './webhooks/prepare.ts'
export type { ExporterReport, RunReport } from './webhooks/report.ts'
export { callWebhooks, checkWebhooks, planWebhooks, type WebhookOptions, type WebhookOutcome } from './webhooks/webhooks.ts'
export { planWorkflow, type PlannedStep, type WorkflowPlan } from './workflow-plan.ts'
export { workflow, type StepOutcome, type WorkflowOptions, type WorkflowResult } from './workflow.ts'
