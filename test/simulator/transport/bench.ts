import { commandLine } from '../../../src/commands/quote.ts';
import type { Node } from '../../../src/model/cluster.ts';
import { Kernel } from '../../../src/simulator/kernel.ts';
import { Random } from '../../../src/simulator/random.ts';
import { drive } from '../../../src/simulator/simulation/drive.ts';
import { Program } from '../../../src/simulator/simulation/program.ts';
import type { Fate } from '../../../src/simulator/transport/channel.ts';
import { Network } from '../../../src/simulator/transport/network.ts';
import type { LineEnd, LineRequest } from '../../../src/simulator/transport/sshd.ts';
import { SimulatedTransport, type Sent } from '../../../src/simulator/transport/transport.ts';
import type { WorldEvent } from '../../../src/simulator/world/events.ts';
import type { Host, World } from '../../../src/simulator/world/host.ts';

export const node: Node = {
  name: 'w1',
  role: 'worker',
  ssh: { host: 'w1', port: 22, user: 'ops', identityFiles: [], agent: false, knownHostsFiles: [] },
  become: { method: 'sudo' },
  kubeadm: { ignorePreflightErrors: [] },
};

const startMs = 1_795_000_000_000;

/** A node whose shell knows a few words: `print X`, `after MS`, `exit N`, joined by `;`. */
const createSshd = (kernel: Kernel, log: string[]) => (_host: Host, request: LineRequest) => {
  let reader = true;
  let alive = true;
  const end = (how: LineEnd): void => {
    alive = false;
    log.push(`${kernel.now - startMs} ended ${'code' in how ? how.code : how.signal}`);
    request.onEnd(how);
  };
  const go = (words: readonly string[]): void => {
    if (!alive) return;
    const [word = 'exit 0', ...rest] = words;
    const [verb, argument = ''] = word.split(' ');
    if (verb === 'after') kernel.after(Number(argument), () => go(rest));
    else if (verb === 'exit') end({ code: Number(argument) });
    else if (verb === 'print' && !reader) end({ signal: 'PIPE' });
    else {
      request.onOut(verb === 'print' ? argument : request.stdin);
      go(rest);
    }
  };
  log.push(`${kernel.now - startMs} started ${request.line}`);
  go(
    request.line
      .replace(/^sudo -n -- /, '')
      .replaceAll("'", '')
      .split('; '),
  );
  return {
    loseReader: () => {
      reader = false;
    },
  };
};

/** One program, one node, and what happened. */
export const bench = (fates: Readonly<Record<number, Fate>> = {}) => {
  const kernel = new Kernel(startMs);
  const wakes = { woken: false };
  const program = new Program(1, kernel, wakes);
  const log: string[] = [];
  const listeners: ((event: WorldEvent) => void)[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the network asks for a host's name, power and kernel only
  const host = { name: 'w1', kernel, power: 'up' } as unknown as Host;
  const around = {
    hosts: new Map([['w1', host]]),
    listen: (listener: (event: WorldEvent) => void) => listeners.push(listener),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the network asks for the hosts and their comings and goings only
  const world = around as unknown as World;
  const random = new Random(1);
  const network = new Network(world, random);
  network.link('w1').oneWayMs = 10;
  let count = 0;
  const ended: string[] = [];
  const transport = new SimulatedTransport({
    kernel,
    random,
    network,
    program,
    sshd: createSshd(kernel, log),
    lines: {
      commandLine,
      findBecome: () => Promise.resolve('sudo'),
      sudoPassword: () => 'secret',
      putCommand: (path, mode, stdin, timeoutMs) => ({
        argv: ['cat'],
        effect: 'write',
        lifetime: 'attached',
        timeoutMs,
        become: true,
        stdin: `${path} ${mode} ${stdin}`,
      }),
      fetchCommand: (path, timeoutMs) => ({
        argv: [`print ${path}`],
        effect: 'read',
        lifetime: 'attached',
        timeoutMs,
        become: true,
      }),
    },
    watcher: {
      sent: (sent) => {
        count += 1;
        return { sent: { ...sent, number: count }, fate: fates[count] };
      },
      ended: (sent: Sent, exit) => void ended.push(`${sent.number} ${JSON.stringify(exit)}`),
    },
    refuseWrites: false,
  });
  const power = (to: 'up' | 'down'): void => {
    host.power = to;
    for (const listener of listeners) listener({ type: `host-${to}`, host: 'w1', actor: { kind: 'cluster' } });
  };
  /** Steps time until the promise is settled; undefined when it never will be. */
  const settle = async <T>(promise: Promise<T>): Promise<T | undefined> => {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    // What it rejects with is the caller's; here it only ends the driving.
    watched.catch(() => undefined);
    const end = await drive(kernel, wakes, { until: startMs + 4_000_000, events: 10_000 }, () => settled);
    return end === 'done' ? promise : undefined;
  };
  const since = (): number => kernel.now - startMs;
  return { kernel, program, network, transport, power, settle, since, log, ended };
};
