import type { Command } from './command.ts'
import type { Place } from './place.ts'
import type { Watch } from './watch.ts'

/** A command that is killed, and what must hold meanwhile and afterwards. */
export interface Operation {
  readonly name: string
  /** Makes what every trial begins with. */
  prepare(place: Place): Promise<void>
  command(place: Place): Command
  /** A second process that does its command at the same time and lives; its home is the first one's or another. */
  companion?(place: Place): { readonly home: string; readonly command: Command }
  watch(place: Place): Promise<Watch>
  /** States between the one before and the one after that a reader may see. */
  readonly between?: readonly string[]
  /** What was seen before and must stay readable while the command runs, given to a second watch. */
  keeps?(place: Place): Promise<Watch>
  /** Bytes that had arrived when the process was killed: the next one must not move them again. */
  arrived?(place: Place): number
  /** Bytes that the command moves when nothing is interrupted. */
  readonly bytes?: number
  /** The next run of a command that was killed behind its last step may end so. */
  readonly mayEndWith?: string
  /** Removes what a killed process may leave, by the public means there are for it. */
  clean(place: Place): Promise<void>
  /** Everything that must be the same in the end, however often the command was killed. */
  tree(place: Place): Record<string, string>
}
