import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { KubeObject } from '../../world/world.ts';
import { KubectlError, serverOf } from './connection.ts';
import type { Parsed } from './flags.ts';
import { namespaceOf, queriesOf } from './kubectl-get.ts';
import { patchObject } from './kubectl-write.ts';
import { singular } from './resources.ts';
import type { TextCall } from './text-call.ts';
import { field, isMap } from './value.ts';

const withImage = (object: KubeObject, container: string, image: string): unknown => {
  const spec: unknown = object['spec'];
  const template = field(spec, 'template');
  const podSpec = field(template, 'spec');
  const containers = field(podSpec, 'containers');
  if (!isMap(spec) || !isMap(template) || !isMap(podSpec) || !Array.isArray(containers))
    throw new SimulatorGap(`kubectl set image of a ${object.kind}`);
  const all: readonly unknown[] = containers;
  if (!all.some((each) => field(each, 'name') === container))
    throw new KubectlError(`error: unable to find container named "${container}"`);
  const changed = all.map((each) => (isMap(each) && field(each, 'name') === container ? { ...each, image } : each));
  return { ...object, spec: { ...spec, template: { ...template, spec: { ...podSpec, containers: changed } } } };
};

/** `kubectl set image TYPE/NAME CONTAINER=IMAGE`. Source: kubectl set image --help; printed on the lab, 1.36.3. */
export const kubectlSet = function* (call: TextCall, parsed: Parsed): Task<number> {
  const [what, target = '', assignment = '', ...more] = parsed.words;
  const [, container, image] = /^([^=]+)=(.+)$/.exec(assignment) ?? [];
  const [query] = queriesOf([target]);
  const name = query?.names[0];
  if (what !== 'image' || more.length > 0 || query === undefined || name === undefined)
    throw new SimulatorGap(`kubectl set ${parsed.words.join(' ')}`);
  if (container === undefined || image === undefined) throw new SimulatorGap(`kubectl set image ${assignment}`);
  const server = serverOf(call, parsed);
  const namespace = namespaceOf(parsed);
  const { resource } = query;
  const outcome = yield* patchObject(
    call,
    server,
    { resource, name, ...(namespace === undefined ? {} : { namespace }) },
    (object) => withImage(object, container, image),
  );
  if (outcome === 'patched') call.out(`${singular(resource)}/${name} image updated\n`);
  return 0;
};
