/** Doubles a number. */
export default function double(unit: number): number {
  return unit * 2
}
