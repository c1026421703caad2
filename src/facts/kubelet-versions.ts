import { read } from '../commands/build.ts';
import { parseVersion, type Version } from '../model/version.ts';
import { defineFact } from './fact.ts';

/** They differ between the package's change and the restart; `running` is missing while the kubelet is stopped. */
export interface KubeletVersions {
  readonly installed?: Version;
  readonly running?: Version;
}

const script = `
command -v kubelet >/dev/null && echo "installed $(kubelet --version 2>&1)"
pid=$(systemctl show --property=MainPID kubelet.service 2>/dev/null)
pid=\${pid#MainPID=}
[ "\${pid:-0}" -gt 0 ] 2>/dev/null && echo "running $(/proc/"$pid"/exe --version 2>&1)"
:`;

const read1 = (stdout: string, which: string): string | undefined =>
  new RegExp(`^${which} (.*)$`, 'm').exec(stdout)?.[1];

/** Source: proc(5): `/proc/pid/exe` runs the old binary also after it was replaced on disk (lab, 1.35.4 → 1.36.3). */
export const kubeletVersions = defineFact<KubeletVersions>({
  id: 'kubelet-versions',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout }) => {
    const value: { installed?: Version; running?: Version } = {};
    for (const which of ['installed', 'running'] as const) {
      const said = read1(stdout, which);
      if (said === undefined) continue;
      const version = parseVersion(/v\d+\.\d+\.\d+[\w.+-]*/.exec(said)?.[0] ?? '');
      // The process can end between the two questions; a binary that says something else is another matter.
      if (version === undefined && which === 'installed') return { unreadable: said };
      if (version !== undefined) value[which] = version;
    }
    return { value };
  },
});
