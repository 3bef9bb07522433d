export {
  authentications,
  capabilityNames,
  packageManagers,
  type Authentication,
  type CapabilityName,
  type Choices,
  type PackageManager,
} from './choices.ts'
export { generate } from './generate.ts'
export { loadTemplate, type Template } from './template.ts'
