export { errorCodes, FairleadError, type ErrorCode, type ErrorDetails, type Retry } from './contract/errors.ts'
