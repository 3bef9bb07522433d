export { StepReporter, StepReporter as default } from './step-reporter.ts'
