import { kubeadmCopies, kubeadmCopyForm, measureCopies } from '../commands/cleanup.ts';
import { defineFact } from './fact.ts';

/** A directory that an upgrade, or a question of ours, left on a node. */
export interface OldCopy {
  readonly path: string;
  /** The last part of it, where it is a copy of kubeadm's: those can be removed by `nodeops cleanup`. */
  readonly name?: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
}

const line = /^(\d+) (\d+) (\/\S+)$/;

/** Source: du(1), GNU coreutils, `-k`; kubeadm, CreateTimestampDirForKubeadm. */
export const oldCopies = defineFact<readonly OldCopy[]>({
  id: 'old-copies',
  subject: 'node',
  command: measureCopies(),
  parse: ({ stdout }) => {
    const lines = stdout.split('\n');
    if (lines.pop() !== '' || lines.pop() !== 'end') return { unreadable: stdout.slice(-2000) };
    const value: OldCopy[] = [];
    for (const each of lines) {
      const [, kilobytes, seconds, path = ''] = line.exec(each) ?? [];
      if (path === '') return { unreadable: each };
      const name = path.slice(path.lastIndexOf('/') + 1);
      const ours = path === `${kubeadmCopies}/${name}` && kubeadmCopyForm.test(name);
      value.push({
        path,
        bytes: Number(kilobytes) * 1024,
        changedAt: Number(seconds) * 1000,
        ...(ours ? { name } : {}),
      });
    }
    return { value };
  },
});
