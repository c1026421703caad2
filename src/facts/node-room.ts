import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact } from './fact.ts';
import { labels, type Labels } from './label-selector.ts';
import { amounts, type Amounts } from './scheduling-rules.ts';
import { at, json, readTabRows, tabRows } from './tab-rows.ts';
import { throughApi } from './through-api.ts';

/** What a node offers to pods, taken or not. */
export interface NodeRoom {
  readonly name: string;
  readonly labels: Labels;
  readonly allocatable: Amounts;
}

const table = {
  asks: { name: at('.metadata.name'), labels: at('.metadata.labels'), allocatable: at('.status.allocatable') },
  reads: { name: z.string().min(1), labels: json(labels, {}), allocatable: json(amounts, {}) },
} as const;

/** Source: kubectl get nodes; recorded on the lab, 1.35.4 and 1.36.3. */
export const nodeRoom = defineFact<readonly NodeRoom[]>({
  id: 'node-room',
  subject: 'cluster',
  command: (place) => get(place, 'nodes', tabRows(table)),
  parse: throughApi(readTabRows(table, (row): NodeRoom => row)),
});
