import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabNode } from '../addresses.ts';
import { freeSlot, nodesOf } from '../addresses.ts';
import { exclusively } from '../exclusive.ts';
import { cache, clusterFolder } from '../paths.ts';
import type { Topology } from '../topology.ts';
import { UsageError } from '../usage-error.ts';

/** What was asked for when a cluster was made. Written before its first container, so that `down` finds everything. */
export interface ClusterRecord {
  readonly name: string;
  readonly slot: number;
  readonly topology: Topology;
  readonly version: string;
  readonly source: 'mirror' | 'upstream';
  /** Hosts with packages and nothing of a cluster: the cluster that their inventory names. */
  readonly bareFor?: string;
  /** Not even packages of Kubernetes are on them. */
  readonly withoutPackages?: boolean;
  readonly ready: boolean;
}

export type ClusterWish = Omit<ClusterRecord, 'slot' | 'ready'>;

const recordFile = (name: string): string => join(clusterFolder(name), 'cluster.json');

export function readRecord(name: string): ClusterRecord | undefined {
  const file = recordFile(name);
  if (!existsSync(file)) return undefined;
  const record: ClusterRecord = JSON.parse(readFileSync(file, 'utf8'));
  return record;
}

export function writeRecord(record: ClusterRecord): void {
  mkdirSync(clusterFolder(record.name), { recursive: true });
  const part = `${recordFile(record.name)}.${process.pid}`;
  writeFileSync(part, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(part, recordFile(record.name));
}

export function allRecords(): ClusterRecord[] {
  const folder = join(cache, 'clusters');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => readRecord(name) ?? []);
}

/** Takes a free place on the network for a new cluster. */
export async function claim(wish: ClusterWish): Promise<ClusterRecord> {
  return exclusively('slots', async () => {
    const record = { ...wish, slot: freeSlot(allRecords().map(({ slot }) => slot)), ready: false };
    writeRecord(record);
    return record;
  });
}

export const recordNodes = (record: ClusterRecord): LabNode[] => nodesOf(record.name, record.slot, record.topology);

/** The record of a cluster that a person named. */
export function existingRecord(name: string): ClusterRecord {
  const record = readRecord(name);
  if (record) return record;
  const names = allRecords().map((other) => other.name);
  throw new UsageError(
    `There is no cluster '${name}'. ${names.length > 0 ? `Existing: ${names.join(', ')}.` : 'There is none at all.'}`,
  );
}

/** A node that a person named, in whichever cluster it is. */
export function existingNode(name: string): { readonly record: ClusterRecord; readonly node: LabNode } {
  const all = allRecords().flatMap((record) => recordNodes(record).map((node) => ({ record, node })));
  const found = all.find(({ node }) => node.name === name);
  if (found) return found;
  const names = all.map(({ node }) => node.name);
  throw new UsageError(
    `There is no node '${name}'. ${names.length > 0 ? `Existing: ${names.join(', ')}.` : 'There is none at all.'}`,
  );
}
