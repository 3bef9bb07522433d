import type { AssetSubset } from '@fairlead/catalog'
import * as Flags from '@oclif/core/flags'

/** On commands that work on all assets or on some. */
export const subsetFlags = {
  where: Flags.string({ summary: 'Only assets that meet this SQL condition on asset_data.', helpValue: 'CONDITION' }),
  asset: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Only assets whose path or name matches this glob. Can be repeated.',
    helpValue: 'GLOB',
  }),
}

/** The assets that these flags name. */
export function subsetOf({ where, asset }: { readonly where: string | undefined; readonly asset: string[] | undefined }): AssetSubset {
  return { ...(where !== undefined && { where }), ...(asset !== undefined && { assets: asset }) }
}
