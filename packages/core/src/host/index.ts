export { createAttempts, type AttemptsOptions } from './attempts.ts'
export { createRateLimiter, type RateLimiter } from './attempts-limiter.ts'
export { httpOptionsFrom } from './http-options.ts'
