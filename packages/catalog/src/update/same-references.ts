import type { SnapshotWriter } from '../snapshot/writer.ts'
import type { Counts } from './check-asset.ts'

const rule = 'same-reference'

/**
 * Two asset paths with one reference are an error on both. Those of one batch are found when it is assigned; this finds
 * the rest, over the whole snapshot.
 */
export function refuseSameReferences(writer: SnapshotWriter, counts: Counts): void {
  writer.exec('create index assets_reference on assets (reference)')
  const twins = writer.prepare(
    `select id, asset_path as path, reference, asset_valid as valid from assets
     where reference in (select reference from assets where reference is not null group by reference having count(*) > 1)
       and id not in (select asset from problems where kind = '${rule}') order by reference, id`,
  )
  const otherPath = writer.prepare(
    'select asset_path as path, count(*) as count from assets where reference = ? and id <> ? order by id limit 1',
  )
  const refuse = writer.prepare(
    'update assets set asset_valid = 0, asset_error = iif(asset_error is null, ?1, asset_error || char(10) || ?1) where id = ?2',
  )
  for (const twin of twins.all()) {
    const [id, path, reference] = [Number(twin.id), String(twin.path), String(twin.reference)]
    const other = otherPath.get(reference, id)
    const more = Number(other?.count) > 1 ? ` and ${Number(other?.count) - 1} more` : ''
    const message = `The reference ${reference} is also that of ${String(other?.path)}${more}.`
    writer.addProblem({ asset: id, file: null, path, kind: rule, field: null, position: null, message, legalName: null })
    refuse.run(message, id)
    if (Number(twin.valid) === 1) {
      counts.valid--
      counts.invalid++
    }
  }
}
