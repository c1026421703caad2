import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshCluster, heldPackages, type LabCluster } from '../lab-cluster.ts';
import { operatorMachine, type Ended, type OperatorMachine, type Running } from '../run-nodeops.ts';
import { judge, type Judgement } from './judge.ts';
import { observe, type Observer } from './observer.ts';

export const target = '1.36.3';

/** One line of the table that a suite prints. */
export interface Row {
  readonly fault: string;
  readonly point: string;
  readonly found: string;
  readonly seconds: number;
}

/** A cluster under an upgrade, an observer that watches it from outside, and an operator's machine. */
export interface Ground {
  readonly cluster: LabCluster;
  readonly machine: OperatorMachine;
  readonly rows: Row[];
  /** Begins the upgrade, or goes on with it. */
  readonly begin: (by?: OperatorMachine) => Running;
  readonly resume: (by?: OperatorMachine) => Running;
  /** Ends the observation. */
  readonly judged: (struck?: readonly string[]) => Promise<Judgement>;
  /** Nodes that are not Ready on the target with held packages, not cordoned, in words. */
  readonly unconverged: () => Promise<readonly string[]>;
  readonly dispose: () => Promise<void>;
}

const nodesAsTheyAre =
  '{range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion} {.status.conditions[?(@.type=="Ready")].status} [{.spec.unschedulable}]{"\\n"}{end}';

const unconverged = async (cluster: LabCluster): Promise<readonly string[]> => {
  const rows = (await cluster.kubectl('get', 'nodes', '-o', `jsonpath=${nodesAsTheyAre}`)).trim().split('\n');
  const bad = rows.filter((row) => !row.endsWith(` v${target} True []`));
  const holds = await Promise.all(
    cluster.nodes.map(async ({ name }) => ({ name, held: await heldPackages(cluster, name) })),
  );
  const loose = holds.flatMap(({ name, held }) =>
    ['kubeadm', 'kubelet', 'kubectl']
      .filter((each) => held[each] !== `${target}-1.1`)
      .map((each) => `${name}: ${each} is ${held[each] ?? 'not held'}`),
  );
  return [...bad, ...loose];
};

export const prepareGround = async (name: string, topology = '1+2', version = '1.35.4'): Promise<Ground> => {
  const cluster = await freshCluster({ name, topology, version });
  const machine = operatorMachine();
  const observer: Observer = observe(cluster.nodes);
  const rows: Row[] = [];
  const upgrade = ['upgrade', '--inventory', cluster.inventory, '--to', target, '--yes', '--output', 'json'];
  return {
    cluster,
    machine,
    rows,
    begin: (by = machine) => by.begin(upgrade),
    resume: (by = machine) => by.begin(['resume', '--yes', '--output', 'json']),
    judged: async (struck = []) => {
      await observer.stop();
      const { nodes } = cluster;
      const judgement = judge(observer.samples, { nodes, maxUnavailable: 1, target, struck });
      process.stdout.write(`${table(rows)}\nseen from outside: ${JSON.stringify(judgement)}\n`);
      return judgement;
    },
    unconverged: () => unconverged(cluster),
    dispose: async () => {
      await observer.stop();
      await cluster.dispose();
      machine.dispose();
    },
  };
};

export const table = (rows: readonly Row[]): string =>
  rows.map(({ fault, point, found, seconds }) => `${fault} | ${point} | ${found} | ${seconds} s`).join('\n');

/** The event of a run, as its JSON line holds it. */
export const event = (type: string, address: string): RegExp =>
  new RegExp(`"type":"${type}"[^\\n]*"address":"[^"]*${address}"`);

/** What a run did about what it found: attached, its first write, how it ended. */
export const found = ({ code, stdout, stderr }: Ended): string => {
  const attached = /still runs `([^`]*)`/.exec(stderr)?.[1]?.split(' ').slice(0, 4).join(' ');
  const first = /"type":"command-started"[^\n]*"address":"(?!lease")([^"]*)"[^\n]*"effect":"write"/.exec(stdout)?.[1];
  return [
    ...(attached === undefined ? [] : [`attached to ${attached}`]),
    first === undefined ? 'no write' : `first write ${first}`,
    `rc ${code}`,
  ].join(', ');
};

/** Keeps what a run printed where a person can read it after a failure. */
export const keep = ({ machine }: Ground, name: string, { stdout, stderr }: Ended): void =>
  writeFileSync(join(machine.state, '..', `${name}.txt`), `${stdout}\n${stderr}`);
