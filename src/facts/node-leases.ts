import { z } from 'zod';
import { read } from '../commands/build.ts';
import { get } from '../commands/kubectl.ts';
import type { ClockReading, Span } from '../model/clock-reading.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { maybeText, readRows, rowsOf, text } from './rows.ts';
import { throughApi } from './through-api.ts';

export interface NodeLeases {
  /** The clock of the control plane that asked, in ms. */
  readonly now: number;
  /** When that clock was read. */
  readonly asked?: Span;
  /** When each kubelet last renewed its lease, in ms, by that node's own clock. */
  readonly renewed: Readonly<Record<string, number>>;
}

/** The clock of the control plane that asked. */
export const clockOfCluster = ({ now, asked }: NodeLeases): ClockReading => ({ epochMs: now, asked });

/** The clock is read after the answer: a lease is then never younger than it looks. */
const thenClock = '"$@" && date +%s%3N';

const leaseRow = z.tuple([z.string(), z.string().nullable()]);

const parse = (output: Output): Parsed<NodeLeases> => {
  const clock = /(?:^|\n)(\d{13})\n?$/.exec(output.stdout);
  if (clock === null) return { unreadable: output.stdout };
  const rows = readRows(leaseRow)({ ...output, stdout: output.stdout.slice(0, clock.index) });
  if (!('value' in rows)) return rows;
  const renewed: Record<string, number> = {};
  for (const [node, time] of rows.value) {
    if (time === null) continue;
    const at = Date.parse(time);
    if (Number.isNaN(at)) return { unreadable: `${node}: ${time}` };
    renewed[node] = at;
  }
  const { asked } = output;
  return { value: { now: Number(clock[1]), renewed, ...(asked === undefined ? {} : { asked }) } };
};

/**
 * A kubelet renews its lease every 10 s, while a node's status may be five minutes old: liveness is judged by the lease.
 * Source: kubernetes.io, "Nodes" (heartbeats); recorded on the lab, 1.35.4.
 */
export const nodeLeases = defineFact<NodeLeases>({
  id: 'node-leases',
  subject: 'cluster',
  command: (place) => {
    const row = `[${text('.metadata.name')},${maybeText('.spec.renewTime')}]`;
    const leases = get(place, 'leases', '--namespace=kube-node-lease', rowsOf(row));
    return read(['sh', '-c', thenClock, 'sh', ...leases.argv]);
  },
  parse: throughApi(parse),
});
