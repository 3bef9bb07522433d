import { encodeJpeg, encodePng, plainPicture } from '@fairlead/catalog'

/** Contents by path below the ingress. */
export type Files = Readonly<Record<string, string | Uint8Array>>

const color = [0, 0, 128] as const
const png = encodePng(plainPicture(4, 5, color))
const jpeg = encodeJpeg(plainPicture(4, 5, color))

function inside(folder: string, names: readonly string[], content: string | Uint8Array): Files {
  return Object.fromEntries(names.map(name => [`${folder}/${name}`, content]))
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(4, '0'))

/** 27 files: two good sequences of pizzas and a bad one, a good taco and a bad one, three volumes. */
export function mainTree(): Files {
  const pizza = 'p-proj001_s-spec001_d-pizza_v'
  const taco = 'p-proj001_s-spec002_d-taco_v'
  const pizzas = 'proj001/spec001/pizza'
  const tacos = 'proj001/spec002/taco'
  const grids = ['c0000-0000', 'c0000-0001']
  return {
    ...inside(
      `${pizzas}/${pizza}001`,
      numbers(1, 3).map(frame => `${pizza}001_c0000-0001_f${frame}.png`),
      png,
    ),
    ...inside(
      `${pizzas}/${pizza}002`,
      grids.flatMap(grid => numbers(1, 4).map(frame => `${pizza}002_${grid}_f${frame}.png`)),
      png,
    ),
    ...inside(
      `${pizzas}/${pizza}003`,
      [
        'p-proj001_s-spec001_d-kiwi_v003_c0000-0001_f0001.png',
        `${pizza}003_c0000-0001_f0002.png`,
        'p-proj001_s-spec001_d-PIZZA_v003_c0000-0001_f0003.png',
        `${pizza}003_c0000-0001_f0004.png`,
        'p-proj001_s-spec0001_d-pizza_v003_c0000-0001_f0005.png',
      ],
      png,
    ),
    [`${pizzas}/${pizza}003/misc.txt`]: '',
    ...inside(
      `${tacos}/${taco}001`,
      numbers(0, 2).map(frame => `${taco}001_f${frame}.jpg`),
      jpeg,
    ),
    ...inside(`${tacos}/${taco}002`, [`${taco}001_f0000.jpg`, `${taco}002_f0001.jpg`, `${taco}02_f0003.jpg`], jpeg),
    [`${tacos}/${taco}002/${taco}002`]: '',
    ...inside(
      'proj002/vdb001',
      ['001', '002', '003'].map(version => `p-proj002_s-vdb001_d-bagel_v${version}.vdb`),
      '',
    ),
  }
}

/** 12 files: four sequences of 1024 by 1024 pixels, in one of them a capital in a name. */
export function demonstrationTree(): Files {
  const square = plainPicture(1024, 1024, [255, 1, 1])
  const [image, photograph] = [encodePng(square), encodeJpeg(square)]
  const cat = (descriptor: string, version: string) => {
    const asset = `p-cat001_s-spec002_d-${descriptor}_${version}`
    const names = numbers(1, 3).map(frame => `${asset}_f${frame}.jpg`)
    return inside(`p-cat001/s-spec002/d-${descriptor}/${asset}`, names, photograph)
  }
  const running = 'p-cat001_s-spec001_d-running-cat_v001'
  const frames = [
    `${running}_c0000-0005_f0001.png`,
    `${running.replace('running-cat', 'Running-Cat')}_c0000-0005_f0002.png`,
    `${running}_c0000-0005_f0003.png`,
  ]
  return {
    ...inside(`p-cat001/spec001/${running}`, frames, image),
    ...cat('tabby-playing', 'v001'),
    ...cat('tabby-playing', 'v002'),
    ...cat('calico-jumping', 'v001'),
  }
}

/** Where the two judge differently: a file of another asset in a folder, a descriptor that reads like a specification, a blank in a name. */
export function differingTree(): Files {
  const taco = (version: string) => `p-proj001_s-spec002_d-taco_${version}`
  const trap = 'd-cats-spec001_s-spec002_p-proj001_v001'
  return {
    ...inside(`foreign/${taco('v001')}`, [`${taco('v001')}_f0001.jpg`, `${taco('v001')}_f0002.jpg`, `${taco('v009')}_f0003.jpg`], jpeg),
    ...inside(`blank/${taco('v002')}`, [`${taco('v002')}_f0001.jpg`, `${taco('v002')}_f0002 .jpg`], jpeg),
    ...inside(`script/${taco('v003')}`, [`${taco('v003')}_f0001.jpg`, `${taco('v003')}_f٠٠٠٢.jpg`], jpeg),
    ...inside(`trap/${trap}`, [`${trap}_f0001.jpg`], jpeg),
  }
}
