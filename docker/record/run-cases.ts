import { followDetached, parseFollow, startDetached, type DetachedUnit } from '../../src/commands/systemd-run.ts';
import type { Node } from '../../src/model/cluster.ts';
import type { Command, CommandResult } from '../../src/model/command.ts';
import type { Transport } from '../../src/ports/transport.ts';
import { attemptInNode } from '../cluster/containers.ts';
import { tell } from '../progress.ts';
import { UsageError } from '../usage-error.ts';
import type { ByHand, Ground, RecordCase } from './cases/case.ts';
import { sshNode } from './ssh-node.ts';
import { labTransport } from './record-parts.ts';
import { labLine, said } from './recording-transport.ts';
import type { Recorder, Said } from './recorder.ts';

const run = 'recording';
const byHandMs = 200_000;
const seenWithinMs = 240_000;
const unitEndsWithinMs = 600;

interface Stage {
  readonly recorder: Recorder;
  readonly ground: Ground;
  readonly transport: Transport;
  readonly nodeOf: (name: string) => Node;
}

/** `CLUSTER` stands for the cluster's name, where a case is a table's row and cannot ask. */
const named = ({ cluster, from, to }: Ground, text: string): string =>
  text.replaceAll('CLUSTER', cluster).replaceAll('FROM_VERSION', from).replaceAll('TO_VERSION', to);

const byHand = async ({ ground }: Stage, of: string, { on, script }: ByHand): Promise<void> => {
  const argv = ['timeout', String(byHandMs / 1000), 'sh', '-c', named(ground, script)];
  const { code, stdout, stderr } = await attemptInNode(ground.node(on), argv);
  if (code !== 0) throw new Error(`${of}: by hand on ${ground.node(on)}: rc ${code}\n${script}\n${stdout}\n${stderr}`);
};

const commandOf = ({ ground }: Stage, wanted: RecordCase): Command => {
  const command = wanted.line(ground);
  return {
    ...command,
    argv: command.argv.map((word) => named(ground, word)),
    ...(command.stdin === undefined ? {} : { stdin: named(ground, command.stdin) }),
  };
};

const givenOf = ({ given, killedAt }: RecordCase) => ({
  ...(given === undefined ? {} : { given }),
  ...(killedAt === undefined ? {} : { killedAt }),
});

/** SIGKILL to all of a unit's processes as soon as the node shows the sight. */
const killAtSight = async ({ ground }: Stage, wanted: RecordCase, unit: string): Promise<void> => {
  const node = ground.node(wanted.on);
  const script = `until ${wanted.seen ?? 'false'}; do sleep 0.02; done; systemctl kill --signal=KILL ${unit}`;
  const argv = ['timeout', String(seenWithinMs / 1000), 'sh', '-c', named(ground, script)];
  const { code, stderr } = await attemptInNode(node, argv);
  if (code !== 0) throw new Error(`${wanted.name}: ${unit} was never seen to ${wanted.seen}: rc ${code} ${stderr}`);
};

const ofUnit = (started: Said, unit: DetachedUnit, result: CommandResult): Said => {
  const state = parseFollow(result.stderr);
  const exit = state?.kind === 'ended' ? state.code : (state?.kind ?? 'unreadable');
  const follow = labLine(followDetached(unit, 0, unitEndsWithinMs));
  return { ...started, follow, exit, stdout: result.stdout };
};

const runUnit = async (stage: Stage, wanted: RecordCase, name: string): Promise<void> => {
  const { recorder, transport, ground } = stage;
  const node = stage.nodeOf(ground.node(wanted.on));
  const unit = { run, name };
  await recorder.write(wanted.patienceMs ?? 10_000, async () => {
    const command = startDetached(unit, commandOf(stage, wanted));
    const killing = wanted.killedAt === undefined ? undefined : killAtSight(stage, wanted, `nodeops-${run}-${name}`);
    const begun = await transport.run(node, command);
    const started = { ...said(wanted.name, node, command, begun), ...givenOf(wanted) };
    if (started.exit !== 0) return { result: undefined, said: started };
    const followed = await transport.run(node, followDetached(unit, 0, unitEndsWithinMs));
    await killing;
    return { result: undefined, said: ofUnit(started, unit, followed) };
  });
};

const runLine = async (stage: Stage, wanted: RecordCase): Promise<void> => {
  const { recorder, transport, ground } = stage;
  const node = stage.nodeOf(ground.node(wanted.on));
  const command = commandOf(stage, wanted);
  const send = async (): Promise<Said> => {
    const result = await transport.run(node, command);
    return { ...said(wanted.name, node, command, result), ...givenOf(wanted) };
  };
  if (command.effect === 'write')
    await recorder.write(wanted.patienceMs ?? 10_000, async () => ({ result: undefined, said: await send() }));
  else {
    recorder.question(await send());
    // What is put right again would make it a question in a state that moved.
    if (wanted.restore !== undefined) await recorder.settle(0);
  }
};

/** What went wrong, in words; the state is put right again all the same. */
const runCase = async (stage: Stage, wanted: RecordCase): Promise<string | undefined> => {
  const problems: string[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  };
  const deeds = async (list: readonly ByHand[] = []): Promise<void> => {
    for (const deed of list) await byHand(stage, wanted.name, deed);
  };
  await attempt(async () => {
    await deeds(wanted.prepare);
    if (wanted.prepare !== undefined) await stage.recorder.settle(wanted.patienceMs ?? 10_000);
    await (wanted.unit === undefined ? runLine(stage, wanted) : runUnit(stage, wanted, wanted.unit));
  });
  await attempt(() => deeds(wanted.restore));
  if (wanted.restore !== undefined) await attempt(() => stage.recorder.settle(20_000));
  return problems.length === 0 ? undefined : problems.join('\n');
};

/** Runs each case, its preparation and its restoration, one after the other. @throws Error at the end, naming the cases that could not be run. */
export const runCases = async (
  recorder: Recorder,
  ground: Ground,
  cases: readonly RecordCase[],
  only: readonly string[],
): Promise<void> => {
  const wanted = only.length === 0 ? cases : cases.filter(({ name }) => only.some((word) => name.includes(word)));
  if (wanted.length === 0) throw new UsageError(`No case is called like ${only.join(', ')}.`);
  const nodeOf = (name: string): Node => {
    const node = recorder.nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(`${ground.cluster} has no node ${name}`);
    return sshNode(ground.cluster, node);
  };
  const transport = labTransport(false);
  const stage = { recorder, ground, transport, nodeOf };
  const failed: string[] = [];
  try {
    for (const one of wanted) {
      tell(one.name);
      const problem = await runCase(stage, one);
      if (problem !== undefined) {
        failed.push(one.name);
        tell(problem);
      }
    }
  } finally {
    await transport.close();
  }
  if (failed.length > 0) throw new Error(`not recorded as they were meant: ${failed.join('; ')}`);
};
