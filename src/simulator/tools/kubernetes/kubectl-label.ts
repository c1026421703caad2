import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { KubeObject } from '../../world/world.ts';
import { serverOf } from './connection.ts';
import type { Parsed } from './flags.ts';
import { queriesOf } from './kubectl-get.ts';
import { patchObject } from './kubectl-write.ts';
import { singular } from './resources.ts';
import type { TextCall } from './text-call.ts';

const pairs = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    words.map((word) => {
      const [, key = '', value = ''] = /^([A-Za-z0-9./_-]+)=([A-Za-z0-9._-]*)$/.exec(word) ?? [];
      if (key === '') throw new SimulatorGap(`kubectl label ${word}`);
      return [key, value];
    }),
  );

const labelled = (object: KubeObject, labels: Readonly<Record<string, string>>): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
});

/** `kubectl label TYPE NAME --overwrite KEY=VALUE…`. Source: kubectl label --help; not recorded. */
export const kubectlLabel = function* (call: TextCall, parsed: Parsed): Task<number> {
  const [type = '', name = '', ...words] = parsed.words;
  const [query] = queriesOf([`${type}/${name}`]);
  if (query === undefined || words.length === 0 || !parsed.flags.has('overwrite'))
    throw new SimulatorGap(`kubectl label ${parsed.words.join(' ')}`);
  const labels = pairs(words);
  const { resource } = query;
  const server = serverOf(call, parsed);
  const outcome = yield* patchObject(call, server, { resource, name }, (object) => labelled(object, labels));
  call.out(`${singular(resource)}/${name} ${outcome === 'patched' ? 'labeled' : 'not labeled'}\n`);
  return 0;
};
