import type { SnapshotWriter } from '../snapshot/writer.ts'

const rule = 'same-reference'

/** Takes back what {@link refuseSameReferences} wrote of the assets of a copied snapshot: with others beside them it may differ. */
export function forgetSameReferences(writer: SnapshotWriter): void {
  writer.exec(`
    update files set asset_valid = 1 where asset in (select id from assets where own_valid = 1);
    update assets set asset_valid = own_valid, asset_error = own_error, own_valid = null, own_error = null where own_valid is not null;
    delete from problems where kind = '${rule}'`)
}

/** Two asset paths with one reference are an error on both, wherever they lie. */
export function refuseSameReferences(writer: SnapshotWriter): void {
  const twins = writer
    .prepare(
      `select id, asset_path as path, reference, asset_valid as valid from assets
       where reference in (select reference from assets where reference is not null group by reference having count(*) > 1)
       order by reference, asset_path`,
    )
    .all()
  if (twins.length === 0) return
  const others = writer.prepare('select asset_path as path from assets where reference = ? and id <> ? order by asset_path limit 1')
  const count = writer.prepare('select count(*) as count from assets where reference = ?')
  const refuse = writer.prepare(
    `update assets set own_valid = asset_valid, own_error = asset_error, asset_valid = 0,
       asset_error = iif(asset_error is null, ?1, asset_error || char(10) || ?1) where id = ?2`,
  )
  const refuseFiles = writer.prepare('update files set asset_valid = 0 where asset = ?')
  const add = writer.prepare(`insert into problems (asset, path, kind, message) values (?, ?, '${rule}', ?)`)
  for (const twin of twins) {
    const [id, path, reference] = [Number(twin.id), String(twin.path), String(twin.reference)]
    const further = Number(count.get(reference)?.count) - 2
    const more = further > 0 ? ` and ${further} more` : ''
    const message = `The reference ${reference} is also that of ${String(others.get(reference, id)?.path)}${more}.`
    add.run(id, path, message)
    refuse.run(message, id)
    if (Number(twin.valid) === 1) refuseFiles.run(id)
  }
}
