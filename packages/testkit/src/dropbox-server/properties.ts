import { randomBytes } from 'node:crypto'
import type { Args } from './args.ts'
import { mustFind, type Answer, type Call, type Routes } from './call.ts'
import type { Template } from './account.ts'
import { refused } from './refusal.ts'
import type { Node } from './tree.ts'

type Groups = Node['properties']

const done: Answer = { result: null }

/** Sets property groups whole: what they do not name of a template goes. `prefix` are the tags in front of an error, if any. */
export function putGroups({ account }: Call, properties: Groups, groups: readonly Args[], prefix: string): void {
  const at = prefix === '' ? '' : `${prefix}/`
  const ids = groups.map(group => group.text('template_id'))
  if (new Set(ids).size !== ids.length) throw refused(`${at}duplicate_property_groups`)
  const read = groups.map(group => {
    const id = group.text('template_id')
    const template = account.templates.get(id)
    if (template === undefined) throw refused(`${at}template_not_found`, { template_not_found: id })
    return [id, fieldsOf(template, group, at)] as const
  })
  for (const [id, fields] of read) properties.set(id, fields)
}

function fieldsOf(template: Template, group: Args, at: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const field of group.structs('fields')) {
    const [name, value] = [field.text('name'), field.text('value')]
    if (!template.fields.has(name)) throw refused(`${at}does_not_fit_template`)
    if (Buffer.byteLength(value) > 1024) throw refused(`${at}property_field_too_large`)
    fields.set(name, value)
  }
  return fields
}

function templateOf(args: Args): Template {
  const fields = new Map(args.structs('fields').map(field => [field.text('name'), field.text('description')]))
  const name = args.text('name')
  if (fields.size > 32) throw refused('too_many_properties')
  if (Buffer.byteLength(name) > 256 || [...fields.keys()].some(key => Buffer.byteLength(key) > 256))
    throw refused('template_attribute_too_large')
  return { name, description: args.text('description'), fields }
}

function mustHave({ account, args }: Call): Template {
  const id = args.text('template_id')
  const template = account.templates.get(id)
  if (template === undefined) throw refused('template_not_found', { template_not_found: id })
  return template
}

/** Property groups and their templates. */
export const propertyRoutes: Routes = {
  'file_properties/templates/add_for_user': {
    style: 'rpc',
    scope: 'files.metadata.write',
    run({ account, args }) {
      const id = `ptid:${randomBytes(16).toString('base64url')}`
      account.templates.set(id, templateOf(args))
      return { result: { template_id: id } }
    },
  },
  'file_properties/templates/list_for_user': {
    style: 'rpc',
    scope: 'files.metadata.read',
    run: ({ account }) => ({ result: { template_ids: [...account.templates.keys()] } }),
  },
  'file_properties/templates/get_for_user': {
    style: 'rpc',
    scope: 'files.metadata.read',
    run(call) {
      const { name, description, fields } = mustHave(call)
      const told = [...fields].map(([field, about]) => ({ name: field, description: about, type: { '.tag': 'string' } }))
      return { result: { name, description, fields: told } }
    },
  },
  'file_properties/templates/remove_for_user': {
    style: 'rpc',
    scope: 'files.metadata.write',
    run(call) {
      mustHave(call)
      call.account.removeTemplate(call.args.text('template_id'))
      return done
    },
  },
  'file_properties/properties/add': {
    style: 'rpc',
    scope: 'files.metadata.write',
    run(call) {
      const { node } = mustFind(call, call.args.text('path'), 'path')
      const groups = call.args.structs('property_groups')
      if (groups.some(group => node.properties.has(group.text('template_id')))) throw refused('property_group_already_exists')
      putGroups(call, node.properties, groups, '')
      return done
    },
  },
  'file_properties/properties/overwrite': {
    style: 'rpc',
    scope: 'files.metadata.write',
    run(call) {
      putGroups(call, mustFind(call, call.args.text('path'), 'path').node.properties, call.args.structs('property_groups'), '')
      return done
    },
  },
}
