import { FairleadError } from '@fairlead/core'
import type * as Catalog from '@fairlead/catalog'
import { startSpinner, type Fairlead } from '@fairlead/core/host'
import * as Flags from '@oclif/core/flags'
import { ConnectionCommand } from './connection-command.ts'

/** On commands that work on a project. */
export const projectFlags = {
  project: Flags.string({
    char: 'p',
    summary: 'The project: a fairlead.yaml or its folder. Default: the nearest one in this folder or above.',
    helpValue: 'PATH',
  }),
}

const phases: Readonly<Record<Catalog.CatalogEvent['phase'], string>> = {
  scan: 'scanning',
  read: 'checking',
  publish: 'writing the catalog',
  plan: 'planning',
  stage: 'staging',
  metadata: 'writing metadata',
  delete: 'deleting',
  export: 'exporting',
}

/** How far a step is, on one moving line of a terminal and nothing elsewhere; a wait for another process is told anywhere. */
export interface StepProgress extends Disposable {
  readonly onEvent: (event: Catalog.CatalogEvent) => void
  readonly onWait: (message: string) => void
}

/** Shows the events of a step. */
export function showSteps({ terminal, log }: Pick<Fairlead, 'terminal' | 'log'>, enabled: boolean): StepProgress {
  const onWait = (message: string) => log.warn(message)
  if (!enabled || !terminal.interactive) return { onEvent: () => undefined, onWait, [Symbol.dispose]: () => undefined }
  const spinner = startSpinner(terminal, 'starting')
  return {
    onWait,
    onEvent: ({ phase, done, total }) => spinner.update(`${phases[phase]} ${done}${total === undefined ? '' : `/${total}`}`),
    [Symbol.dispose]: () => spinner[Symbol.dispose](),
  }
}

/** A command that works on a project. The catalog's code is loaded when it runs. */
export abstract class ProjectCommand<R = unknown> extends ConnectionCommand<R> {
  /** The catalog and the project. No project is a wrong use. */
  protected async open(path: string | undefined): Promise<{ readonly catalog: typeof Catalog; readonly project: Catalog.Project }> {
    const catalog = await import('@fairlead/catalog')
    try {
      return { catalog, project: path === undefined ? catalog.findProject(process.cwd()) : catalog.openProject(path) }
    } catch (error) {
      if (!FairleadError.is(error, 'not-found')) throw error
      throw new FairleadError('config-invalid', error.message, {
        ...(error.path !== undefined && { path: error.path }),
        hint: 'Create one here: fairlead init',
        cause: error,
      })
    }
  }

  /** `-p PATH` again, for the commands that are proposed. */
  protected here(path: string | undefined): readonly string[] {
    return path === undefined ? [] : ['--project', path]
  }
}
