/** The UUID (version 5, RFC 9562) of a path relative to the ingress: the same in every run and on every machine. */
export { stagedId as idOf } from '@fairlead/core/host'
