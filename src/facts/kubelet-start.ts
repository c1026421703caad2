import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';
import { startTicks } from './proc-stat.ts';

/** `uptime` is read before the clock: what comes between them makes the start look later, never earlier. */
const script = `
pid=$(systemctl show --property=MainPID kubelet.service 2>/dev/null)
pid=\${pid#MainPID=}
[ "\${pid:-0}" -gt 0 ] 2>/dev/null && stat=$(cat "/proc/$pid/stat" 2>/dev/null) || exit 3
getconf CLK_TCK && cat /proc/uptime && date +%s%3N && printf '%s\\n' "$stat"`;

/**
 * When the kubelet that runs was started, in ms since 1970 by the node's own clock of now, to some hundredths of a second;
 * absent while none runs. Source: proc(5), /proc/uptime (seconds since the machine's start) and /proc/pid/stat, field 22
 * (clock ticks since then); recorded on the lab, 1.36.3.
 */
export const kubeletStart = defineFact<number>({
  id: 'kubelet-start',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout, stderr, code }) => {
    if (code === 3) return { absent: true };
    const [, perSecond, uptime, now] = /^([1-9]\d*)\n(\d+\.\d+) \S+\n(\d{13})\n/.exec(stdout) ?? [];
    const begun = startTicks(stdout) ?? '';
    if (perSecond === undefined || !/^\d+$/.test(begun)) return { unreadable: stdout.trim() || stderr };
    return { value: Math.round(Number(now) - (Number(uptime) - Number(begun) / Number(perSecond)) * 1000) };
  },
});
