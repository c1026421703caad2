import type { Fact, Parsed } from '../../../src/facts/fact.ts';
import { kubernetesTools } from '../../../src/simulator/tools/kubernetes/toolbox.ts';
import { textTools } from '../../../src/simulator/tools/text/text-tools.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { hostOf, run, type Ran } from './run-tool.ts';

/** The programs of Kubernetes and of etcd, and the shell around them. */
export const toolbox = new Map([...kubernetesTools(), ...textTools()]);

export const place = (world: World, name = `${world.cluster}-cp1`) => ({
  node: name,
  apiServer: `https://${hostOf(world, name).address}:6443`,
});

/** What a simulated control plane answers to one of the product's questions. */
export const answer = (world: World, fact: Fact<unknown>, on = `${world.cluster}-cp1`): Ran => {
  if (fact.source.kind !== 'command') throw new Error(`${fact.id} is not read by a command`);
  const { argv, stdin } = fact.source.command(place(world, on));
  return run(hostOf(world, on), argv, { toolbox, ...(stdin === undefined ? {} : { stdin }) });
};

/** The same as the product's parser reads it. */
export const ask = <T>(world: World, fact: Fact<T>, on?: string): Parsed<T> => {
  if (fact.source.kind !== 'command') throw new Error(`${fact.id} is not read by a command`);
  return fact.source.parse(answer(world, fact, on));
};

/** @throws Error where there is none. */
export const valueOf = <T>(world: World, fact: Fact<T>, on?: string): T => {
  const parsed = ask(world, fact, on);
  if (!('value' in parsed)) throw new Error(`${fact.id}: ${JSON.stringify(parsed)}`);
  return parsed.value;
};

export const kubectl = (world: World, ...words: readonly string[]): readonly string[] => [
  'kubectl',
  '--kubeconfig=/etc/kubernetes/admin.conf',
  `--server=${place(world).apiServer}`,
  '--request-timeout=15s',
  ...words,
];
