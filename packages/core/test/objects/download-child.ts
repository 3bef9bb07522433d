import { full } from './folder-store.ts'
import { objectsIn } from './harness.ts'

/** Downloads an object whose body stops coming after a half, and says so; the parent kills it then. */
const [folder = '', file = ''] = process.argv.slice(2)
const { objects } = objectsIn(folder, full, {
  body(_request, bytes) {
    let position = 0
    return new ReadableStream(
      {
        pull(controller) {
          if (position >= 1_600_000) {
            process.stdout.write('half\n')
            return new Promise<never>(() => setInterval(() => undefined, 60_000))
          }
          controller.enqueue(bytes.subarray(position, position + 65_536))
          position += 65_536
        },
      },
      { highWaterMark: 0 },
    )
  },
})
await objects.download('a', file)
