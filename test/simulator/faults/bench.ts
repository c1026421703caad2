import type { Fault, FaultKind } from '../../../src/simulator/faults/fault.ts';
import { Injector } from '../../../src/simulator/faults/injector.ts';
import type { Levers } from '../../../src/simulator/faults/levers.ts';
import { Kernel } from '../../../src/simulator/kernel.ts';
import { Random } from '../../../src/simulator/random.ts';
import { createWorld } from '../../../src/simulator/world/create-world.ts';
import type { Component, Host, Unit } from '../../../src/simulator/world/host.ts';

/** A simulated cluster of 3+2, its levers written down as they are pulled, and the faults to try on it. */
export const layBench = (...faults: readonly Fault[]) => {
  const kernel = new Kernel(1_800_000_000_000);
  const random = new Random(7);
  const world = createWorld({
    kernel,
    random,
    cluster: 'paris',
    controlPlanes: 3,
    workers: 2,
    version: '1.35.4',
    offers: new Map(),
  });
  const pulled: string[] = [];
  const links = new Map<string, { oneWayMs: number; freeze(): void; thaw(): void }>();
  const component = (host: Host, name: Component['name'], state: Component['state']): void => {
    const found = host.components.get(name);
    if (found === undefined || found.state === state) return;
    pulled.push(`${name} of ${host.name} ${state}`);
    found.state = state;
    const type = state === 'stopped' ? 'component-stopped' : 'component-ready';
    world.emit({ type, host: host.name, component: name, version: found.version, actor: { kind: 'cluster' } });
  };
  const levers: Levers = {
    powerOff: (host, actor) => {
      pulled.push(`${host.name} off`);
      host.power = 'down';
      world.emit({ type: 'host-down', host: host.name, actor });
    },
    powerOn: (host, actor) => {
      pulled.push(`${host.name} on`);
      host.power = 'up';
      world.emit({ type: 'host-up', host: host.name, actor });
    },
    stopComponent: (host, name, actor) => {
      component(host, name, 'stopped');
      const found = host.components.get(name);
      if (found !== undefined) found.stoppedBy = actor;
    },
    startComponent: (host, name) => component(host, name, 'running'),
    link: ({ name }) => {
      const link = links.get(name) ?? {
        oneWayMs: 5,
        freeze: () => pulled.push(`${name} frozen`),
        thaw: () => pulled.push(`${name} thawed`),
      };
      links.set(name, link);
      return link;
    },
    type: ({ name }, line, actor) => pulled.push(`${actor.kind} on ${name}: ${line}`),
    killProgram: () => pulled.push('killed'),
    pauseProgram: (ms) => pulled.push(`paused ${ms}`),
    startSecondOperator: () => pulled.push('second'),
    version: '1.36.3',
  };
  const injector = new Injector({ world, levers, faults, step: () => 'the-step' });
  const host = (name: string): Host => {
    const found = world.hosts.get(name);
    if (found === undefined) throw new RangeError(`no host ${name}`);
    return found;
  };
  /** A unit of ours begins on a host; `killed` tells how it ended. */
  const unit = (on: string, name = 'nodeops-r1-install-packages-1'): { killed: string[] } => {
    const told = { killed: [] as string[] };
    const made: Unit = {
      name,
      state: 'active',
      subState: 'running',
      result: 'success',
      mainPid: 1,
      exitCode: undefined,
      kill: (signal) => {
        told.killed.push(signal);
        made.state = 'failed';
      },
    };
    host(on).units.set(name, made);
    world.emit({ type: 'unit-started', host: on, unit: name, actor: { kind: 'nodeops', program: 1 } });
    return told;
  };
  /** Virtual time goes on, with all that happens in it. */
  const pass = (ms: number): void => {
    const until = kernel.now + ms;
    kernel.at(until, () => undefined);
    while ((kernel.upcoming ?? Infinity) <= until) kernel.step();
  };
  return { kernel, world, injector, pulled, links, host, unit, pass };
};

export type Bench = ReturnType<typeof layBench>;

/** Comes as soon as time passes. */
export const now = (kind: FaultKind, more: Partial<Fault> = {}): Fault => ({
  kind,
  when: { atMs: 0 },
  moment: 'before',
  ...more,
});
