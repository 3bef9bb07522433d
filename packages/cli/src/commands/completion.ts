import { readFileSync } from 'node:fs'
import * as Args from '@oclif/core/args'
import { BaseCommand } from '../base-command.ts'
import { completionScript, shells } from '../completion.ts'
import { usageError } from '../exit.ts'
import { readCommandTable } from '../command-table.ts'
import { clientCommandTable } from '../plugins/client-commands.ts'
import { findClients } from '../plugins/find-clients.ts'

const install: Readonly<Record<(typeof shells)[number], string>> = {
  bash: 'fairlead completion bash > ~/.local/share/bash-completion/completions/fairlead',
  zsh: 'fairlead completion zsh > "${fpath[1]}/_fairlead"',
  fish: 'fairlead completion fish > ~/.config/fish/completions/fairlead.fish',
  powershell: 'fairlead completion powershell | Out-String | Invoke-Expression',
}

/** `fairlead completion`. */
export default class Completion extends BaseCommand<void> {
  static override readonly summary = 'Print a completion script for a shell'
  static override readonly description = `Completes commands, flags, flag values and connection names. Commands that clients add are included for the clients installed now. To set it up:\n\n${Object.values(install).join('\n')}`
  static override readonly baseFlags = {}
  static override readonly args = { SHELL: Args.string({ required: true, description: shells.join(', ') }) }

  async run(): Promise<void> {
    const { args } = await this.parse(Completion)
    const shell = shells.find(name => name === args.SHELL)
    if (shell === undefined) throw usageError(`There is no completion for "${args.SHELL}".`, `There is one for ${shells.join(', ')}.`)
    const own = readCommandTable(readFileSync(new URL('oclif.manifest.json', import.meta.url), 'utf8'))
    const added = clientCommandTable(findClients().clients.map(({ manifest }) => manifest))
    this.tell(completionScript(shell, [...own, ...added]))
  }
}
