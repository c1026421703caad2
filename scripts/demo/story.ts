import { setTimeout as delay } from 'node:timers/promises';
import type { Narrator } from './narrator.ts';
import { NodeopsProcess } from './program.ts';
import type { Stage } from './stage.ts';

export interface Telling {
  readonly stage: Stage;
  readonly directory: string;
  readonly speed: number;
  readonly narrator: Narrator;
  /** Aborted when nothing more is to begin. */
  readonly stopping: AbortSignal;
  /** Told of each program that runs, so that whoever ends the demo can end it. */
  readonly onProgram: (program: NodeopsProcess) => void;
}

/** How it came out: what was seen on the nodes, not what nodeops said. */
export interface Outcome {
  /** The exit codes of the first upgrade and of the resumed one. */
  readonly codes: readonly number[];
  /** Host → the version of the kubelet that runs there. */
  readonly versions: Readonly<Record<string, string>>;
  /** How often `kubeadm upgrade apply` began on the way that was cut off. */
  readonly applies: number;
  /** Whether the resumed nodeops followed that kubeadm while it still ran. */
  readonly attached: boolean;
}

export const versions = { first: '1.34.5', between: '1.35.4', last: '1.36.3' } as const;

/** Long enough to read a few lines; shorter where somebody is in a hurry. */
const readingMs = (speed: number): number => Math.min(3000, 60_000 / speed);

/** How fast nodes live while they are only looked at. */
const lookedAtSpeed = 4;

/** As shells have it: 128 and SIGKILL. */
const killedCode = 137;

const interruptedApply = `upgrade apply v${versions.last}`;

/** Starts nodeops, having shown what a person would type for it. */
const begin = ({ directory, narrator, onProgram }: Telling, argv: readonly string[]): NodeopsProcess => {
  narrator.typed(`nodeops ${argv.join(' ')}`);
  const program = new NodeopsProcess(directory, argv);
  onProgram(program);
  return program;
};

/**
 * Lets time pass more slowly until something is begun on the nodes. On a busy machine the questions of one look come a
 * second apart and more: nodes that live sixty times as fast would seem not to agree about the time.
 */
const lookedAtFirst = ({ world, time }: Stage, speed: number): void => {
  let begun = false;
  time.speed = Math.min(speed, lookedAtSpeed);
  world.listen((event) => {
    if (begun || event.type !== 'unit-started') return;
    begun = true;
    time.speed = speed;
  });
};

const upgradeTo = (version: string): readonly string[] => [
  'upgrade',
  '--inventory',
  'inventory.yaml',
  '--to',
  version,
  '--yes',
];

/** Resolves when kubeadm has begun to swap etcd on its way to the last version. */
const untilEtcdIsSwapped = ({ world }: Stage): Promise<void> =>
  new Promise((resolve) => {
    let applying = false;
    world.listen((event) => {
      if (event.type === 'kubeadm-started') applying = event.command === interruptedApply;
      if (applying && event.type === 'component-stopped' && event.component === 'etcd') resolve();
    });
  });

/** What happens to the kubeadm that nobody is connected to any more. */
interface Orphan {
  /** Whether somebody followed its output before it ended. */
  readonly attached: boolean;
}

/**
 * Lets time pass slowly until somebody is back, and after the swap of etcd until the running kubeadm is followed:
 * however slow this machine is, kubeadm is not finished before nodeops comes back to it.
 */
const leaveAlone = (stage: Stage, speed: number): Orphan => {
  const { world, time } = stage;
  const orphan = { attached: false };
  let back = false;
  let ended = false;
  time.speed = 1;
  world.listen((event) => {
    if (event.type === 'kubeadm-ended' && !ended) {
      ended = true;
      lookedAtFirst(stage, speed);
    }
    if (!orphan.attached && !ended && event.type === 'component-ready' && event.component === 'etcd') time.speed = 1;
  });
  stage.onLine((line) => {
    const follows = line.includes('nodeops-follow');
    if (!ended && (!back || follows)) time.speed = follows ? speed : Math.min(speed, lookedAtSpeed);
    back = true;
    orphan.attached ||= follows && !ended;
  });
  return orphan;
};

const runningVersions = ({ world }: Stage): Record<string, string> =>
  Object.fromEntries([...world.hosts.values()].map(({ name, kubelet }) => [name, kubelet.running ?? 'none']));

const pause = async ({ speed, stopping }: Telling): Promise<void> => {
  await delay(readingMs(speed), undefined, { signal: stopping });
};

const introduction = ({ narrator, speed }: Telling): void => {
  narrator.title('nodeops demo: a kubeadm cluster goes from Kubernetes 1.34 to 1.36');
  narrator.say(
    `simulated  one control plane and two workers: shell, apt, systemd, kubelets, etcd, API; ${speed} times as fast as your clock`,
    'real       SSH (a server for each node on 127.0.0.1), nodeops, its view, its journal',
  );
};

const firstAct = async (telling: Telling): Promise<number> => {
  const { narrator, stage, speed } = telling;
  narrator.title(`1 of 2: ${versions.first} → ${versions.between}, nothing goes wrong`);
  narrator.say(
    'Look at: the plan and its gates before the first write, the etcd snapshot, one node at a time,',
    'the node verified before it is uncordoned. Ctrl-C stops it cleanly.',
  );
  await pause(telling);
  lookedAtFirst(stage, speed);
  return begin(telling, upgradeTo(versions.between)).ended;
};

/** Kills the program as soon as kubeadm swaps etcd; its exit code, which is another one where it ended before. */
const killed = async (stage: Stage, program: NodeopsProcess): Promise<number> => {
  await Promise.race([untilEtcdIsSwapped(stage).then(() => program.kill()), program.ended]);
  return program.ended;
};

/** Lets nodeops be killed in the middle of kubeadm's work, and the same cluster be gone on with. */
const secondAct = async (telling: Telling): Promise<Orphan & { readonly code: number }> => {
  const { narrator, stage, speed } = telling;
  narrator.title(`2 of 2: ${versions.between} → ${versions.last}, and nodeops is killed on the way`);
  narrator.say(
    'Look at: what comes back finds the kubeadm that went on alone, attaches to it, and starts no second one.',
  );
  await pause(telling);
  lookedAtFirst(stage, speed);
  const code = await killed(stage, begin(telling, upgradeTo(versions.last)));
  // Somebody stopped it, or it came to an end of its own: then there is nothing to resume.
  if (code !== killedCode || telling.stopping.aborted) return { code, attached: false };
  const orphan = leaveAlone(stage, speed);
  narrator.struck(`✂ kill -9: nodeops is gone while kubeadm swaps etcd in \`kubeadm ${interruptedApply}\``);
  narrator.say(
    'Nobody is connected to the nodes now, and their only API server is away. kubeadm works on, in a systemd unit.',
  );
  await pause(telling);
  const resumed = await begin(telling, ['resume', '--yes']).ended;
  return { code: resumed, attached: orphan.attached };
};

const ending = ({ narrator }: Telling, { versions: now, applies, attached }: Outcome): void => {
  narrator.title('What the simulated nodes say');
  narrator.say(
    `kubelets: ${Object.entries(now)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `kubeadm ${interruptedApply}: begun ${applies === 1 ? 'once' : `${applies} times`}, ${attached ? 'followed' : 'not followed'} by the second nodeops`,
  );
};

/** Plays the demo. @throws the reason of `stopping` when it is aborted between two programs. */
export const play = async (telling: Telling): Promise<Outcome> => {
  const { stage, stopping } = telling;
  let applies = 0;
  stage.world.listen((event) => {
    if (event.type === 'kubeadm-started' && event.command === interruptedApply) applies += 1;
  });
  introduction(telling);
  const first = await firstAct(telling);
  stopping.throwIfAborted();
  const second = first === 0 ? await secondAct(telling) : undefined;
  stopping.throwIfAborted();
  const codes = second === undefined ? [first] : [first, second.code];
  const outcome = { codes, versions: runningVersions(stage), applies, attached: second?.attached ?? false };
  ending(telling, outcome);
  return outcome;
};
