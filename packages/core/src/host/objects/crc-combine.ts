/** The polynomial of CRC-32 (ISO 3309, as in zlib and S3), its bits reflected. */
const polynomial = 0xedb88320
/** The polynomial 1: the most significant bit stands for x to the power of 0. */
const one = 0x80000000

/** The product of two polynomials over GF(2), modulo the one of CRC-32. */
function multiply(a: number, b: number): number {
  let product = 0
  for (let factor = b, bit = one; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor
    factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ polynomial
  }
  return product >>> 0
}

/** x to the power of 8 · `bytes`, which is what that many bytes behind a body do to its checksum. */
function shiftOf(bytes: number): number {
  let result = one
  let square = one >>> 8
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square)
    square = multiply(square, square)
  }
  return result
}

/** The CRC-32 of a body of two pieces, from the checksums of both and the size of the second: nothing is read again. */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  return (multiply(shiftOf(secondBytes), first) ^ second) >>> 0
}
