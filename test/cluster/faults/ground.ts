import { freshCluster, heldPackages, type LabCluster } from '../lab-cluster.ts';
import { operatorMachine, type Ended, type OperatorMachine, type Running } from '../run-nodeops.ts';
import { judge, type Judgement } from './judge.ts';
import { observe, type Observer } from './observer.ts';
import { table, tellOf, type Strike, type Turn } from './story.ts';

export const target = '1.36.3';

/** A cluster under an upgrade, an observer that watches it from outside, and an operator's machine. */
export interface Ground {
  readonly cluster: LabCluster;
  readonly strikes: readonly Strike[];
  /** Notes that a fault strikes now; `step` is how the address of the struck step ends. */
  readonly note: (fault: string, point: string, step: string, at?: number) => Strike;
  /** Begins the upgrade, or goes on with it. */
  readonly begin: (by?: OperatorMachine, ...options: readonly string[]) => Running;
  readonly resume: (by?: OperatorMachine) => Running;
  /** Goes on until a run ends well. @throws Error after six that did not. */
  readonly finish: (running: Running) => Promise<Ended>;
  /** Ends the observation, and prints the table. */
  readonly judged: () => Promise<Judgement>;
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

/** Runs under way, kept as turns. */
const turnsOf = () => {
  const turns: Turn[] = [];
  const running = new Set<Running>();
  return {
    turns,
    keep: (one: Running): Running => {
      const turn: Turn = { begun: Date.now() };
      turns.push(turn);
      running.add(one);
      const ended = one.ended.then((end) => {
        turn.end = { at: Date.now(), ended: end };
        running.delete(one);
        return end;
      });
      return { ...one, ended };
    },
    /** A program that was stopped with SIGSTOP hears of nothing else. */
    killAll: () => running.forEach((one) => one.kill('SIGKILL')),
  };
};

export const prepareGround = async (name: string, topology = '1+2', version = '1.35.4'): Promise<Ground> => {
  const cluster = await freshCluster({ name, topology, version });
  const machine = operatorMachine();
  const observer: Observer = observe(cluster.nodes);
  const strikes: Strike[] = [];
  const { turns, keep, killAll } = turnsOf();
  const upgrade = ['upgrade', '--inventory', cluster.inventory, '--to', target, '--yes', '--output', 'json'];
  const resume: Ground['resume'] = (by = machine) => keep(by.begin(['resume', '--yes', '--output', 'json']));
  const judgeOnce = async (): Promise<Judgement> => {
    await observer.stop();
    const judgement = judge(observer.samples, { nodes: cluster.nodes, maxUnavailable: 1, target });
    const left = await unconverged(cluster);
    const rows = tellOf(strikes, turns, judgement.breaks, left.length === 0 ? 'converged' : left.join('; '));
    process.stdout.write(`${table(rows)}\n${turns.length} runs; seen from outside: ${JSON.stringify(judgement)}\n`);
    return judgement;
  };
  let judged: Promise<Judgement> | undefined;
  return {
    cluster,
    strikes,
    note: (fault, point, step, at = Date.now()) => {
      const strike: Strike = { fault, point, step, at };
      strikes.push(strike);
      return strike;
    },
    begin: (by = machine, ...options) => keep(by.begin([...upgrade, ...options])),
    resume,
    finish: async (running) => {
      let ended = await running.ended;
      for (let tries = 0; ended.code !== 0; tries += 1) {
        if (tries === 6) throw new Error(`it does not come to its end:\n${ended.stdout.slice(-3000)}\n${ended.stderr}`);
        ended = await resume().ended;
      }
      return ended;
    },
    judged: () => (judged ??= judgeOnce()),
    unconverged: () => unconverged(cluster),
    dispose: async () => {
      killAll();
      // What was seen is worth most where something failed.
      await (judged ??= judgeOnce());
      await cluster.dispose();
      machine.dispose();
    },
  };
};

/** The event of a run, as its JSON line holds it. */
export const event = (type: string, address: string): RegExp =>
  new RegExp(`"type":"${type}"[^\\n]*"address":"[^"]*${address}"`);
