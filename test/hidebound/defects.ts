/** A test that shows it: file, and name of the test as it is written there. */
export type Shown = readonly [file: string, name: string]

/** A weakness of Hidebound that ours must not have. */
interface Defect {
  /** What holds of ours, as a sentence. */
  readonly ours: string
  readonly shown: readonly Shown[]
}

const assets = 'packages/assets/test'
const catalog = 'packages/catalog/test'
const cli = 'packages/cli/test'
const s3 = 'plugins/s3/test'
const girder = 'plugins/girder/test'
const here = 'test/hidebound/behaviour.test.ts'

/** By the number that docs/from-hidebound.md gives each; those that are missing here it lists as not there yet. */
export const defects: Readonly<Record<number, Defect>> = {
  1: {
    ours: 'reading changes nothing',
    shown: [
      [`${catalog}/query-formats.test.ts`, 'never change the catalog'],
      [here, 'what is staged is the same after queries by file and by asset'],
    ],
  },
  2: {
    ours: 'rows have their own traits, in order of path, however the work is divided',
    shown: [
      [`${catalog}/update.test.ts`, 'on worker threads finds the same as in process'],
      [`${catalog}/query.test.ts`, 'without SQL gives every file, columns in a fixed order'],
    ],
  },
  3: {
    ours: 'an asset is valid, staged and exported as a whole',
    shown: [
      [`${catalog}/trees.test.ts`, 'unlike Hidebound, keeps back the good files of an asset with a bad one'],
      ['test/hidebound/parity.test.ts', 'differ where theirs is wrong'],
    ],
  },
  4: {
    ours: 'all paths of metadata point into staging, where the files are',
    shown: [
      [`${catalog}/create.test.ts`, 'describes an asset with paths in staging, its reference and the digest of its manifest'],
      [`${catalog}/old-consumers.test.ts`, 'describes files by the keys that are read, with paths that are there'],
    ],
  },
  5: {
    ours: 'ids are the same in every run, and creating or exporting again adds nothing',
    shown: [
      [`${catalog}/create.test.ts`, 'writes nothing the second time, and gives the same tree'],
      [`${catalog}/create.test.ts`, 'gives the same tree from scratch'],
      [`${catalog}/old-consumers.test.ts`, 'gets nothing again from a second export, nor from one of a staging that was made anew'],
    ],
  },
  6: {
    ours: 'rows of assets have traits and errors',
    shown: [[`${catalog}/query.test.ts`, 'by asset gives traits and errors too']],
  },
  7: {
    ours: 'an empty pattern excludes nothing',
    shown: [
      [here, 'a list of exclusions that is empty, or has been converted from an empty expression, excludes nothing'],
      ['test/hidebound/parity.test.ts', 'differ on an empty pattern to exclude: theirs leaves out every file'],
    ],
  },
  8: {
    ours: 'paths are text, whatever they mean in an expression',
    shown: [
      [`${catalog}/update.test.ts`, 'scans a path with characters that mean something in expressions'],
      [`${catalog}/hidebound-config.test.ts`, 'knows an ingress with characters that mean something'],
      [here, 'an ingress whose path means something in an expression is staged under relative paths'],
    ],
  },
  9: {
    ours: 'a query may select any columns, and SQL is SQL in any case',
    shown: [[`${catalog}/trees.test.ts`, 'has 14 rows in valid assets']],
  },
  10: {
    ours: 'the message about a name says what was expected and what was found, with the place',
    shown: [
      [`${catalog}/trees.test.ts`, 'names every file that spoils an asset, with place and legal name'],
      [`${assets}/grammar.test.ts`, 'a legal name with one character replaced by a wrong one fails at that character or before it'],
      [`${cli}/name-parse.test.ts`, 'puts a caret under the exact position and tells the legal name'],
    ],
  },
  11: {
    ours: 'assets inside of assets, and files of none, are reported and drawn',
    shown: [
      [`${catalog}/update.test.ts`, 'reports assets inside of assets'],
      [`${catalog}/update.test.ts`, 'reports files without a specification and goes on'],
      [here, 'a report draws assets inside of assets and files of none'],
    ],
  },
  12: {
    ours: 'a check or a root that throws is an error of that asset, never the end of the run',
    shown: [
      [`${cli}/spec.test.ts`, 'runs checks that misbehave to the end of an update, each by its name'],
      [`${assets}/assign-files.test.ts`, 'a root function that throws is an error on its file'],
      [
        `${assets}/traits.test.ts`,
        'takes functions of ones own, and what they throw or give that cannot be stored is an error of that trait',
      ],
    ],
  },
  13: {
    ours: 'files of specifications are told apart by path, loaded anew when edited, and no name is taken twice',
    shown: [
      [`${catalog}/specifications.test.ts`, 'two files of the same base name in different folders both count'],
      [`${catalog}/config.test.ts`, 'are loaded anew when their module was edited'],
      [`${catalog}/config.test.ts`, 'of one name in two files are refused with both files'],
      [here, 'a module of specifications may be named like one of Node'],
    ],
  },
  14: {
    ours: 'S3: any region by any name, at any endpoint, buckets made where they are wanted and only when missing, every body checked',
    shown: [
      [`${s3}/buckets.test.ts`, 'is made in the region %s that is set, whatever it is called'],
      [`${s3}/buckets.test.ts`, 'is made in us-east-1 without naming it, which the service would refuse'],
      [`${s3}/buckets.test.ts`, 'is the one failure that is taken for a missing bucket: any other makes none'],
      [`${s3}/gateway.test.ts`, 'is made at the first write when that is asked for, and only then'],
      [`${s3}/gateway.test.ts`, 'is corrected by what the service answers, once for all'],
      [`${s3}/gateway.test.ts`, 'is sent again when the service says that it arrived damaged'],
      [`${s3}/gateway.test.ts`, 'keeps a checksum of the whole of a body in parts, and a read is held against it'],
    ],
  },
  15: {
    ours: 'Girder gets what changed, whatever its size, at any host, assets at the root too',
    shown: [
      [`${girder}/hidebound.test.ts`, 'notices a file that changed and is as long as before'],
      [`${girder}/hidebound.test.ts`, 'exports assets that lie at the root'],
      [`${girder}/hidebound.test.ts`, 'connects to localhost by name'],
      [`${catalog}/hidebound-config.test.ts`, 'gives the commands that make its connections'],
    ],
  },
  16: {
    ours: 'variables of the environment have defaults, any spelling of a truth value, and one list of keys',
    shown: [
      [`${catalog}/config-sources.test.ts`, 'that is a boolean is true when it is %s'],
      [`${catalog}/config-sources.test.ts`, 'that is empty counts as unset'],
      [`${catalog}/config-sources.test.ts`, 'names the ingress of a project without a file, the current folder'],
      [`${catalog}/hidebound-config.test.ts`, 'may be the variables of the environment'],
    ],
  },
  18: {
    ours: 'names are read exactly: where the field begins, with digits 0 to 9 and no blanks',
    shown: [
      [`${assets}/grammar.test.ts`, '%j claims %j'],
      [`${assets}/grammar.test.ts`, 'parsing any text never throws, and what parses formats to the same text'],
      [
        `${assets}/validators.test.ts`,
        'is_not_missing_values: only gaps; a frame that occurs at two coordinates is no fault, as it is there',
      ],
    ],
  },
  19: {
    ours: 'every step can be killed at any instant and run again, and staging is what the catalog says',
    shown: [
      [`${catalog}/create.test.ts`, 'that is killed shows whole assets only, and the next one completes'],
      [`${catalog}/create.test.ts`, 'takes out what is no longer valid and what does not belong there'],
      [`${catalog}/create.test.ts`, 'splits chunks of more than 50,000 rows'],
      [`${catalog}/move.test.ts`, 'goes back to the ingress when a file changed since'],
    ],
  },
  20: {
    ours: 'progress is told as it happens and read from no log',
    shown: [[`${catalog}/update.test.ts`, 'tells how far it is']],
  },
}

/** What is unsafe in Hidebound and has a counterpart in ours already. */
export const unsafe: readonly Defect[] = [
  { ours: 'a specification in Python is read and never run', shown: [[`${assets}/import-specifications.test.ts`, 'is not run']] },
  {
    ours: 'SQL can only read the catalog',
    shown: [
      [`${catalog}/query.test.ts`, 'refuses %j'],
      [`${catalog}/query.test.ts`, 'ends a query that takes too long'],
    ],
  },
  {
    ours: 'secrets are neither copied nor shown',
    shown: [
      [`${catalog}/hidebound-config.test.ts`, 'leaves no secret behind, in the file, in what is said, or in a command'],
      [`${cli}/config.test.ts`, 'prints no secret (%s)'],
      [`${catalog}/redact.test.ts`, 'is another in another process, so that small values can not be looked up'],
      [`${catalog}/webhooks.test.ts`, 'before it is sent holds no secret'],
    ],
  },
  { ours: 'a webhook does not follow to another server', shown: [[`${catalog}/webhooks.test.ts`, 'to another server is not followed']] },
  {
    ours: 'what would drop the only copy is asked for first',
    shown: [
      [`${cli}/staging.test.ts`, 'without a terminal and without --yes is a wrong use, and nothing goes'],
      [here, 'create and delete refuse a staging folder that another program filled by moving'],
      [`${cli}/config.test.ts`, 'does not empty staging without a terminal to ask at'],
    ],
  },
]
