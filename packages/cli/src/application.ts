import { fileURLToPath } from 'node:url'
import { Config } from '@oclif/core/config'
import { description, name, topics, version } from './about.ts'

const oclif = {
  bin: 'fairlead',
  topicSeparator: ' ' as const,
  commands: { strategy: 'explicit' as const, target: './command-classes.js', identifier: 'default' },
  topics,
}

/**
 * oclif's view of this command line. Everything it needs lies beside this file: the generated manifest tells the commands,
 * so that help runs no code of theirs.
 */
export function loadConfig(): Promise<Config> {
  return Config.load({ root: fileURLToPath(new URL('.', import.meta.url)), pjson: { name, version, description, type: 'module', oclif } })
}
