/** What `create` writes besides the content, and `export` sends. */
export const metadataTypes = ['asset', 'file', 'asset-chunk', 'file-chunk'] as const
export type MetadataType = (typeof metadataTypes)[number]

/** The steps a workflow may have. */
export const workflowSteps = ['delete', 'update', 'create', 'export'] as const
export type WorkflowStep = (typeof workflowSteps)[number]

/** How `create` brings content into staging: `move` takes it out of the ingress. */
export const writeModes = ['copy', 'move', 'link'] as const
export type WriteMode = (typeof writeModes)[number]

/** How a webhook is sent. */
export const httpMethods = ['get', 'put', 'post', 'delete', 'patch'] as const

/** After what a webhook is called. */
export const webhookOccasions = ['success', 'failure', 'always'] as const

/** What a row of a query stands for. */
export const queryGroups = ['file', 'asset'] as const
