import { lookAtFile, type WantedFile } from '../commands/copy-file.ts';
import { withoutControlSequences } from '../model/text.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';

export type PlacedFile =
  | {
      readonly kind: 'file';
      /** Octal digits without zeros in front: `644`. */
      readonly mode: string;
      readonly user: string;
      readonly group: string;
      readonly uid: string;
      readonly gid: string;
      readonly sha256: string;
      /** As diff(1) shows it, `live` against `wished`; empty where they are the same, or where it must not be seen. */
      readonly diff: string;
    }
  | { readonly kind: 'absent' }
  /** Its directory is not there either. */
  | { readonly kind: 'no-directory' }
  | { readonly kind: 'link' }
  /** A directory, a device. */
  | { readonly kind: 'other' };

const first = /^file ([0-7]{1,4}) (\S+) (\S+) (\d+) (\d+)$/;
const digest = /^([0-9a-f]{64}) /;

const parse = ({ stdout, stderr }: Output): Parsed<PlacedFile> => {
  const [line = '', sum = '', ...rest] = stdout.split('\n');
  if (line === 'absent' || line === 'no-directory' || line === 'link' || line === 'other')
    return { value: { kind: line } };
  const [, mode, user, group, uid, gid] = first.exec(line) ?? [];
  const sha256 = digest.exec(sum)?.[1];
  if (
    mode === undefined ||
    user === undefined ||
    group === undefined ||
    uid === undefined ||
    gid === undefined ||
    sha256 === undefined
  )
    return { unreadable: stdout.trim() || stderr };
  return {
    value: { kind: 'file', mode, user, group, uid, gid, sha256, diff: withoutControlSequences(rest.join('\n')) },
  };
};

/** What is at a file's place on a node. Source: stat(1), sha256sum(1), diff(1); recorded on the lab, Debian 12. */
export const placedFile = (wanted: WantedFile): Fact<PlacedFile> =>
  defineFact({ id: 'placed-file', parameters: [wanted.path], subject: 'node', command: lookAtFile(wanted), parse });
