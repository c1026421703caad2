import { read } from '../commands/build.ts';
import { epochFile, parseOwner, type NodeOwner } from '../commands/fence.ts';
import { defineFact } from './fact.ts';

/** Which run owns a node, and how long it has shown no sign of life there. */
export interface NodeEpoch extends NodeOwner {
  /** Changes with every heartbeat; means nothing else. */
  readonly beat: string;
  /** How old the last heartbeat is, in milliseconds by the node's own clock; missing where that was set back since. */
  readonly silentMs?: number;
}

const script = `[ ! -e ${epochFile} ] || { head -n 2 ${epochFile} && stat -c %.Y ${epochFile} && date +%s.%N; }`;
const clock = /^\d{1,12}\.\d{1,9}$/;

/** Source: our own file (commands/fence.ts); stat(1), date(1), coreutils 8.6 and later. */
export const nodeEpoch = defineFact<NodeEpoch>({
  id: 'node-epoch',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout, stderr, code }) => {
    if (code === 0 && stdout === '') return { absent: true };
    const lines = stdout.trimEnd().split('\n');
    const [line = '', wish] = lines.slice(0, -2);
    const [beat = '', now = ''] = lines.slice(-2);
    const owner = parseOwner(line);
    if (code !== 0 || owner === undefined || !clock.test(beat) || !clock.test(now))
      return { unreadable: `${stdout}${stderr}`.trim() || `rc ${code}` };
    const silentMs = Math.round((Number(now) - Number(beat)) * 1000);
    return {
      value: { ...owner, ...(wish === undefined ? {} : { wish }), beat, ...(silentMs < 0 ? {} : { silentMs }) },
    };
  },
});
