import { read } from '../commands/build.ts';
import { withoutControlSequences } from '../model/text.ts';
import { defineFact } from './fact.ts';

export interface KubeletLog {
  /** The newest line with which the kubelet gave up, or its newest error line. */
  readonly lastError: string;
}

const complains = /^E\d{4} |err="|^Error:|failed to|unknown flag/;

/** Source: journalctl(1); recorded on the lab, kubelet 1.35.4 and 1.36.3. Absent when its last lines
 * hold no complaint. No `--since`: beside `--lines`, journalctl 252 then shows the oldest lines, not the newest (lab). */
export const kubeletLog = defineFact<KubeletLog>({
  id: 'kubelet-log',
  subject: 'node',
  command: read(['journalctl', '--unit=kubelet', '--lines=40', '--output=cat', '--no-pager']),
  parse: ({ stdout }) => {
    const lines = withoutControlSequences(stdout)
      .split('\n')
      .map((line) => line.trim());
    const last =
      lines.findLast((line) => /command failed|failed to run Kubelet|unknown flag/.test(line)) ??
      lines.findLast((line) => complains.test(line));
    return last === undefined ? { absent: true } : { value: { lastError: last.slice(0, 400) } };
  },
});
