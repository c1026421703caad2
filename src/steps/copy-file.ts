import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { z } from 'zod';
import { placeFile, type WantedFile } from '../commands/copy-file.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { placedFile, type PlacedFile } from '../facts/placed-file.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied, type Verdict } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { oneLine } from './written-values.ts';

const isFree = (path: string): boolean =>
  posix.isAbsolute(path) &&
  posix.normalize(path) === path &&
  !path.endsWith('/') &&
  // What runs leave there is how nodeops knows what it did.
  path !== nodeDirectory &&
  !path.startsWith(`${nodeDirectory}/`);

const schema = z.strictObject({
  from: oneLine.optional(),
  content: z.string(),
  path: z.string().refine(isFree, {
    error: `the whole path of a file, without // or .., not below ${nodeDirectory}`,
  }),
  mode: z
    .string({ error: 'a mode in quotes such as "0644"' })
    .regex(/^0?[0-7]{3}$|^[0-7]{4}$/, { error: 'a mode in quotes such as "0644"' })
    .default('0644'),
  owner: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*:[A-Za-z0-9_][A-Za-z0-9_.-]*$/, { error: 'USER:GROUP' })
    .default('root:root'),
  secret: z.boolean().default(false),
});
type Wish = z.output<typeof schema>;
type Present = Extract<PlacedFile, { readonly kind: 'file' }>;

const wantedOf = ({ path, mode, owner, content, secret }: Wish): WantedFile => ({ path, mode, owner, content, secret });

const digestOf = ({ content }: Wish): string => createHash('sha256').update(content).digest('hex');
const octal = (mode: string): string => Number.parseInt(mode, 8).toString(8);

const ownerFits = ({ user, group, uid, gid }: Present, owner: string): boolean => {
  const [wishedUser, wishedGroup] = owner.split(':');
  return (wishedUser === user || wishedUser === uid) && (wishedGroup === group || wishedGroup === gid);
};

const differences = (file: Present, wish: Wish): readonly string[] => [
  ...(file.sha256 === digestOf(wish)
    ? []
    : [wish.secret ? `another content in ${wish.path} (not shown)` : `another content in ${wish.path}`]),
  ...(file.sha256 === digestOf(wish) || wish.secret ? [] : file.diff.split('\n').filter((line) => line !== '')),
  ...(octal(file.mode) === octal(wish.mode) ? [] : [`mode ${octal(file.mode)} → ${octal(wish.mode)}`]),
  ...(ownerFits(file, wish.owner) ? [] : [`owner ${file.user}:${file.group} → ${wish.owner}`]),
];

const inTheWay = (file: Exclude<PlacedFile, Present | { readonly kind: 'absent' }>, { path }: Wish): Verdict => {
  if (file.kind === 'no-directory')
    return blocked(
      `${path} has no place: its directory is not there`,
      `mkdir -p ${posix.dirname(path)}, or make it with a run-command before this step`,
    );
  return file.kind === 'link'
    ? blocked(
        `${path} is a link: what it leads to may be anybody's`,
        'name the file itself under `path:`, or remove the link',
      )
    : blocked(`${path} is there, and no file`, 'name another file under `path:`');
};

/** A file of the operator's machine, in its place on a node as it is here: content, mode and owner. */
export const copyFile = defineStep({
  id: 'copy-file',
  subject: 'node',
  title: ({ path }) => `file ${path}`,
  with: schema,
  files: { from: 'content' },
  hidden: ['content'],
  detect: (wish, _on: NodeSubject) => ({ file: placedFile(wantedOf(wish)) }),

  check: ({ file }, wish) => {
    if (file.kind === 'absent') return needed(`put ${Buffer.byteLength(wish.content)} bytes in ${wish.path}`);
    if (file.kind !== 'file') return inTheWay(file, wish);
    const changes = differences(file, wish);
    return changes.length === 0 ? satisfied : needed(...changes);
  },

  apply: (_seen, wish, on) => [{ do: 'exec', on: on.node, command: placeFile(wantedOf(wish)) }],
  expect: (_seen, wish) => {
    const [user = '', group = ''] = wish.owner.split(':');
    const owner = { user, group, uid: user, gid: group };
    return { file: { kind: 'file' as const, mode: octal(wish.mode), ...owner, sha256: digestOf(wish), diff: '' } };
  },

  explain: {
    why: 'a file of yours, in its place on the node as it is here; it is written beside it and takes its place whole, so that nobody reads half of it.',
    source: 'docs/writing-a-playbook.md, "copy-file"; mv(1)',
    type: ['install --owner=root --group=root --mode=0644 FILE /etc/sysctl.d/90-mine.conf'],
    typeWith: ({ path, mode = '0644', owner = 'root:root', from = 'FILE' }) => {
      const [user, group] = owner.split(':');
      return [`install --owner=${user} --group=${group} --mode=${mode} ${from} ${path}`];
    },
  },
});
