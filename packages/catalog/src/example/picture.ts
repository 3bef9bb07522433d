/** An image as a function: red, green and blue (0–255) of each pixel, counted from the top left. */
export interface Picture {
  readonly width: number
  readonly height: number
  pixel(x: number, y: number): readonly [red: number, green: number, blue: number]
}

/** One frame of a small animation: a disc that wanders over a two-coloured gradient. `time` runs from 0 to 1. */
export function exampleFrame(width: number, height: number, time: number, hue: readonly [number, number, number]): Picture {
  const radius = Math.min(width, height) / 5
  const centreX = width * (0.2 + 0.6 * time)
  const centreY = height * (0.5 + 0.25 * Math.sin(time * Math.PI * 2))
  return {
    width,
    height,
    pixel(x, y) {
      if (Math.hypot(x - centreX, y - centreY) <= radius) return hue
      const shade = (x + y) / (width + height)
      return [Math.round(20 + 40 * shade), Math.round(30 + 60 * shade), Math.round(60 + 90 * shade)]
    },
  }
}

/** A picture of one colour. */
export function plainPicture(width: number, height: number, colour: readonly [number, number, number]): Picture {
  return { width, height, pixel: () => colour }
}
