import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifestDifference } from '../../../src/facts/manifest-difference.ts';
import { recorded } from '../../facts/recorded.ts';
import { ask, kubectl } from './ask.ts';
import { hostOf, run, smallWorld } from './run-tool.ts';

const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {a: b}\n';
const apply = (manifest: string, world = smallWorld()) => {
  const ran = run(
    hostOf(world, 'paris-cp1'),
    kubectl(world, 'apply', '--server-side', '--field-manager=nodeops', '--force-conflicts', '--filename=-'),
    { stdin: manifest },
  );
  return { world, ...ran };
};

/** When it was created differs from one world to the next. */
const timeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/creationTimestamp: \\"[^"]*\\"/g, 'creationTimestamp: TIME'));

/** Recorded while nothing listened, or etcd was stopped: another test's subject; or about managers of fields: not simulated. */
const ofTrouble = /^(api-server-stopped|etcd-frozen|not-yaml|conflict|two-conflicts|taken-over)/;

describe('kubectl diff says what it said on the lab', () => {
  it.each(recorded('manifest-difference').filter(({ name }) => !ofTrouble.test(name)))('$name', ({ name, parsed }) => {
    const { world } = apply(settings);
    const manifest = readFileSync(
      new URL(`../../facts/recorded/manifest-difference/${name}.manifest.yaml`, import.meta.url),
      'utf8',
    );
    const before = world.objects.revision;
    expect(timeless(ask(world, manifestDifference('probe', manifest)))).toEqual(timeless(parsed));
    expect(world.objects.revision).toBe(before);
  });
});

describe('kubectl apply --server-side', () => {
  it.each(['apply', 'diff'])('%s: whose a field is, is not simulated, and never passed over', (verb) => {
    const world = smallWorld();
    const line = kubectl(world, verb, '--server-side', '--field-manager=mine', '--filename=-');
    expect(() => run(hostOf(world, 'paris-cp1'), line, { stdin: settings })).toThrow('without --force-conflicts');
  });

  it('creates, then changes, then leaves alone', () => {
    const { world, stdout } = apply(settings);
    expect(stdout).toBe('configmap/settings serverside-applied\n');
    apply(settings.replace('a: b', 'a: c'), world);
    expect(world.objects.get('ConfigMap', 'shop', 'settings')?.['data']).toEqual({ a: 'c' });
    const { revision } = world.objects;
    expect(apply(settings.replace('a: b', 'a: c'), world).code).toBe(0);
    expect(world.objects.revision).toBe(revision);
  });

  it('refuses a namespace that is not there', () => {
    expect(apply(settings.replace('shop', 'nowhere'))).toMatchObject({
      code: 1,
      stderr: 'Error from server (NotFound): namespaces "nowhere" not found\n',
    });
  });
});
