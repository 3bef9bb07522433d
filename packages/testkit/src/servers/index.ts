export { findProgram, programVariable } from './programs.ts'
export { s3Server, s3Unavailable, type S3Role, type S3Server, type S3ServerOptions } from './versitygw.ts'
