import { existsSync } from 'node:fs'
import { readClientFile, type LoginStatus, type OAuthClient, type Terminal } from '@fairlead/core/host'
import { input, password } from '@inquirer/prompts'

/** Leads to an OAuth client: shows the steps, then asks for the file that they end with, or for the id and secret. */
export async function askForClient(status: LoginStatus, title: string, terminal: Terminal): Promise<OAuthClient> {
  const steps = status.guide.map((step, index) => `  ${index + 1}. ${step}`).join('\n')
  terminal.print(`To log in to ${title}, you need your own OAuth client. You create it once:\n\n${steps}\n`)
  const context = { output: process.stderr }
  const answer = (
    await input(
      { message: 'Path of the downloaded file, or the client ID:', validate: text => text.trim() !== '' || 'Enter one of them.' },
      context,
    )
  ).trim()
  if (existsSync(answer) || /[\\/]|\.(?:json|txt|env)$/i.test(answer)) return readClientFile(answer)
  const secret = await password({ message: 'Client secret (leave empty if there is none):', mask: '*' }, context)
  return { id: answer, ...(secret !== '' && { secret }) }
}
