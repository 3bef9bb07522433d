import { basename } from 'node:path'
import type * as Catalog from '@fairlead/catalog'
import { thumbnailsOf, type FrameFile } from './thumbnails.ts'
import type { Frames, NewestAsset, Report, RuleCount, SpecificationCount } from './data.ts'
import { TreeBuilder } from './tree.ts'

export interface CollectOptions {
  /** Assets of which pictures are shown; 0 for none. */
  readonly pictures: number
  /** Groups of problems that are listed. */
  readonly problems: number
  readonly signal: AbortSignal
}

const treeLimits = { perFolder: 200, total: 8000 }
const newestAssets = 15

const pictureEndings = ['png', 'jpg', 'jpeg', 'tif', 'tiff', 'webp', 'gif', 'avif', 'exr', 'dpx', 'psd', 'hdr', 'heic', 'cin', 'tga', 'bmp']

type Value = Catalog.QueryValue | undefined
const numberOf = (value: Value): number => (typeof value === 'number' ? value : 0)
const textOf = (value: Value): string => (typeof value === 'string' ? value : '')

/** Reads all that a report says from the catalog, and the pictures from the ingress. Throws `not-found` before the first update. */
export async function collectReport(catalog: typeof Catalog, project: Catalog.Project, options: CollectOptions): Promise<Report> {
  const { signal } = options
  const limits = { signal, maxRows: Number.MAX_SAFE_INTEGER, timeoutMs: 300_000 }
  async function all<T>(sql: string, make: (row: Catalog.QueryRow) => T): Promise<T[]> {
    await using answer = await catalog.query(project, sql, limits)
    const made: T[] = []
    for await (const row of answer.rows) made.push(make(row))
    return made
  }
  const [counts] = await all(
    `select (select count(*) from files) as files, (select coalesce(sum(size), 0) from files) as bytes,
      (select count(*) from files where asset is null) as unassigned, count(*) as assets,
      count(*) filter (where asset_valid) as valid, count(*) filter (where not asset_valid) as invalid from assets`,
    ({ files, bytes, unassigned, assets, valid, invalid }) => ({
      files: numberOf(files),
      bytes: numberOf(bytes),
      unassigned: numberOf(unassigned),
      assets: numberOf(assets),
      valid: numberOf(valid),
      invalid: numberOf(invalid),
    }),
  )
  const rules = await all(
    'select kind, count(*) as problems, count(distinct asset) as assets from problems group by kind order by problems desc, kind',
    (row): RuleCount => ({ rule: textOf(row.kind), problems: numberOf(row.problems), assets: numberOf(row.assets) }),
  )
  const specifications = await all(
    `select coalesce(specification, '') as specification, count(*) filter (where asset_valid) as valid,
      count(*) filter (where not asset_valid) as invalid, sum(files) as files, sum(bytes) as bytes from assets group by 1 order by 1`,
    (row): SpecificationCount => ({
      specification: textOf(row.specification),
      valid: numberOf(row.valid),
      invalid: numberOf(row.invalid),
      files: numberOf(row.files),
      bytes: numberOf(row.bytes),
    }),
  )
  const newest = await all(
    `select asset_path, reference, asset_valid, modified from (select asset, max(modified) as modified from files where asset is not null group by asset
      order by 2 desc, 1 limit ${newestAssets}) join assets on assets.id = asset order by modified desc, asset_path`,
    (row): NewestAsset => ({
      path: textOf(row.asset_path),
      reference: textOf(row.reference) || undefined,
      valid: row.asset_valid === true || row.asset_valid === 1,
      modified: numberOf(row.modified),
    }),
  )
  const tree = new TreeBuilder(treeLimits)
  await using leaves = await catalog.query(
    project,
    `select asset_path as leaf, asset_valid + 0 as valid, files from assets
      union all select filepath_relative, 0, null from files where asset is null order by 1`,
    limits,
  )
  for await (const batch of leaves.batches) {
    for (const [path, valid, files] of batch) tree.add(textOf(path), valid === 1, typeof files === 'number' ? files : undefined)
  }
  const { groups, more } = listProblems(catalog, project, options.problems)
  const frames = options.pictures === 0 ? [] : await all(frameSql(options.pictures), frameOf)
  return {
    project: basename(project.folder),
    ingress: project.config.ingressDirectory,
    counts: counts ?? { files: 0, bytes: 0, unassigned: 0, assets: 0, valid: 0, invalid: 0 },
    rules,
    specifications,
    newest,
    tree: tree.build(),
    problems: groups,
    moreProblems: more,
    frames: await framesOf(frames, project.config.ingressDirectory, signal),
  }
}

function listProblems(catalog: typeof Catalog, project: Catalog.Project, most: number) {
  const groups: Catalog.ProblemGroup[] = []
  let more = 0
  for (const group of catalog.readProblems(project)) {
    if (groups.length < most) groups.push(group)
    else more++
  }
  return { groups, more }
}

/** The first, the middle and the last picture of the newest assets that have some. */
function frameSql(assets: number): string {
  const isPicture = `lower(extension) in (${pictureEndings.map(ending => `'${ending}'`).join(', ')})`
  return `with
    newest as (select asset, max(modified) as at from files where asset is not null and ${isPicture} group by asset order by 2 desc, 1 limit ${assets}),
    numbered as (select f.asset, n.at, f.filename, f.filepath_relative as path, row_number() over (partition by f.asset order by f.filepath_relative) as number,
      count(*) over (partition by f.asset) as count from newest n join files f on f.asset = n.asset where ${isPicture})
    select a.asset_path as asset, a.asset_valid + 0 as valid, filename, path from numbered join assets a on a.id = asset
    where number in (1, (count + 1) / 2, count) order by at desc, a.asset_path, number`
}

const frameOf = (row: Catalog.QueryRow): FrameFile & { readonly asset: string; readonly valid: boolean } => ({
  asset: textOf(row.asset),
  valid: row.valid === 1,
  filename: textOf(row.filename),
  path: textOf(row.path),
})

async function framesOf(
  files: ReadonlyArray<ReturnType<typeof frameOf>>,
  ingress: string,
  signal: AbortSignal,
): Promise<readonly Frames[]> {
  const thumbnails = await thumbnailsOf(files, ingress, signal)
  const byAsset = Map.groupBy(
    files.map((file, index) => ({ file, thumbnail: thumbnails[index] ?? { filename: file.filename, missing: 'not shown' } })),
    ({ file }) => file.asset,
  )
  return Array.from(byAsset, ([path, shown]) => ({
    path,
    valid: shown.every(({ file }) => file.valid),
    thumbnails: shown.map(({ thumbnail }) => thumbnail),
  }))
}
