/**
 * Text of the template, with only what is wanted. In a line of its own, behind a comment sign: `@if CONDITION`, `@else`, `@end`.
 * At the end of a line: `// @if CONDITION`. A condition is made of flags with `!`, `&` and `|`. Code that the template can't have
 * itself stands in comments: lines that are all comments lose one comment sign. Throws for marks that don't fit together.
 */
export function applyConditions(text: string, flags: ReadonlySet<string>): string {
  const open: Array<{ readonly holds: boolean; readonly kept: string[] | undefined; branch: string[]; inElse: boolean }> = []
  const out: string[] = []
  const emit = (line: string): void => void (open.at(-1)?.branch ?? out).push(line)
  for (const line of text.split('\n')) {
    const [, mark, condition = ''] = /^\s*(?:\/\/|#|<!--)\s*@(if|else|end)\b\s*(\S*?)\s*(?:-->)?$/.exec(line) ?? []
    if (mark === 'if') {
      open.push({ holds: holds(condition, flags), kept: undefined, branch: [], inElse: false })
    } else if (mark === 'else') {
      const block = open.pop()
      if (block === undefined || block.inElse) throw new Error('the template has an @else without its @if')
      open.push({ holds: block.holds, kept: block.holds ? block.branch : undefined, branch: [], inElse: true })
    } else if (mark === 'end') {
      const block = open.pop()
      if (block === undefined) throw new Error('the template has an @end without its @if')
      const chosen = block.inElse ? (block.kept ?? block.branch) : block.holds ? block.branch : []
      for (const kept of uncommented(chosen)) emit(kept)
    } else {
      const [, code, wanted] = /^(.*\S)\s+\/\/ @if (\S+)$/.exec(line) ?? []
      if (code === undefined || wanted === undefined) emit(line)
      else if (holds(wanted, flags)) emit(code)
    }
  }
  if (open.length > 0) throw new Error('the template has an @if without its @end')
  return out.join('\n')
}

function uncommented(lines: readonly string[]): readonly string[] {
  const comments = lines.every(line => line.trim() === '' || /^\s*\/\/( |$)/.test(line))
  return comments ? lines.map(line => line.replace(/^(\s*)\/\/ ?/, '$1').trimEnd()) : lines
}

function holds(condition: string, flags: ReadonlySet<string>): boolean {
  return condition
    .split('|')
    .some(all => all.split('&').every(flag => (flag.startsWith('!') ? !flags.has(flag.slice(1)) : flags.has(flag))))
}
