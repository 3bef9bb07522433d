export { clients } from './clients.ts'
