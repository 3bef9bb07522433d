export { httpOptionsFrom } from './http-options.ts'
