import { jpeg, png } from './helpers.ts'

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(4, '0'))

function pizza(version: string, names: readonly string[]): Record<string, Uint8Array | string> {
  const folder = `proj001/spec001/pizza/p-proj001_s-spec001_d-pizza_${version}`
  return Object.fromEntries(names.map(name => [`${folder}/${name}`, name.endsWith('.txt') ? 'text' : png()]))
}

function taco(version: string, names: readonly string[]): Record<string, Uint8Array> {
  const folder = `proj001/spec002/taco/p-proj001_s-spec002_d-taco_${version}`
  return Object.fromEntries(names.map(name => [`${folder}/${name}`, jpeg()]))
}

/** A tree of 27 files: two good sequences of pizzas and a bad one, a good taco and a bad one, three volumes. */
export function mainTree(): Record<string, Uint8Array | string> {
  return {
    ...pizza(
      'v001',
      numbers(1, 3).map(frame => `p-proj001_s-spec001_d-pizza_v001_c0000-0001_f${frame}.png`),
    ),
    ...pizza(
      'v002',
      ['c0000-0000', 'c0000-0001'].flatMap(grid => numbers(1, 4).map(frame => `p-proj001_s-spec001_d-pizza_v002_${grid}_f${frame}.png`)),
    ),
    ...pizza('v003', [
      'p-proj001_s-spec001_d-kiwi_v003_c0000-0001_f0001.png',
      'p-proj001_s-spec001_d-pizza_v003_c0000-0001_f0002.png',
      'p-proj001_s-spec001_d-PIZZA_v003_c0000-0001_f0003.png',
      'p-proj001_s-spec001_d-pizza_v003_c0000-0001_f0004.png',
      'p-proj001_s-spec0001_d-pizza_v003_c0000-0001_f0005.png',
      'misc.txt',
    ]),
    ...taco(
      'v001',
      numbers(0, 2).map(frame => `p-proj001_s-spec002_d-taco_v001_f${frame}.jpg`),
    ),
    ...taco('v002', [
      'p-proj001_s-spec002_d-taco_v001_f0000.jpg',
      'p-proj001_s-spec002_d-taco_v002_f0001.jpg',
      'p-proj001_s-spec002_d-taco_v002',
      'p-proj001_s-spec002_d-taco_v02_f0003.jpg',
    ]),
    ...Object.fromEntries(['v001', 'v002', 'v003'].map(version => [`proj002/vdb001/p-proj002_s-vdb001_d-bagel_${version}.vdb`, ''])),
  }
}
