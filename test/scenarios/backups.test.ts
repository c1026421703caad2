import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createWorkplace } from '../../scripts/simulation/program-parts.ts';
import { backupPlace, simulate } from '../../scripts/simulation/simulate.ts';
import { checksumsSchema, manifestSchema } from '../../src/backup/manifest.ts';
import type { Fault, FaultKind } from '../../src/simulator/faults/fault.ts';
import type { Topology } from '../../scripts/simulation/scenario.ts';

const small: Topology = { controlPlanes: 1, workers: 1 };

const kept = '/var/lib/nodeops';

/** One backup of a simulated cluster, typed until it is done, and what is there afterwards. */
const backUp = async (faults: readonly Fault[], topology = small) => {
  const workplace = createWorkplace('bastion');
  let left: readonly string[] = [];
  const result = await simulate(
    1,
    { topology },
    {
      faults,
      backup: workplace,
      after: ({ hosts }) => {
        left = [...hosts.values()].flatMap(({ name, files }) =>
          files.stat(kept) === undefined
            ? []
            : files
                .list(kept)
                .filter((run) => /^\d{4}-/.test(run))
                .flatMap((run) => files.list(`${kept}/${run}`).map((file) => `${name} ${run}/${file}`)),
        );
      },
    },
  );
  const files = workplace.places.get(backupPlace) ?? new Map<string, Uint8Array>();
  const whole = [...files.keys()].filter((name) => name.endsWith('/checksums.json'));
  const { verdict, what, programs } = result;
  return { verdict, what, programs, files, whole, saved: left.filter((file) => /\/(backup-|etcd-)/.test(file)) };
};

const parsed = (files: ReadonlyMap<string, Uint8Array>, name: string): unknown =>
  JSON.parse(Buffer.from(files.get(name) ?? []).toString());

/** Every file of a backup is the one that its checksums name. */
const expectWhole = (files: ReadonlyMap<string, Uint8Array>, checksums: string): void => {
  const folder = checksums.slice(0, checksums.lastIndexOf('/'));
  const { files: listed } = checksumsSchema.parse(parsed(files, checksums));
  expect(listed.length).toBeGreaterThan(5);
  for (const { name, sha256 } of listed)
    expect(
      createHash('sha256')
        .update(files.get(`${folder}/${name}`) ?? '')
        .digest('hex'),
    ).toBe(sha256);
};

describe('a simulated cluster that is backed up', { timeout: 120_000 }, () => {
  it.each([
    ['1 + 1', small, 2],
    ['3 + 2', { controlPlanes: 3, workers: 2 }, 5],
  ])('%s: the backup is whole, and no node keeps anything of it', async (_what, topology, nodes) => {
    const { verdict, what, programs, files, whole, saved } = await backUp([], topology);
    expect({ verdict, what, programs, saved }).toEqual({ verdict: 'as-expected', what: [], programs: 1, saved: [] });
    const [checksums = ''] = whole;
    expectWhole(files, checksums);
    const manifest = manifestSchema.parse(parsed(files, checksums.replace('checksums.json', 'manifest.json')));
    expect(manifest.nodes).toHaveLength(nodes);
    expect(manifest).toMatchObject({ claims: [], leftOut: [], etcd: { quorum: true } });
    expect(manifest.etcd.members).toHaveLength(topology.controlPlanes);
  });

  const commands = Array.from({ length: 10 }, (_, index) => 2 + index * 6);
  const passing: readonly (readonly [FaultKind, string | undefined])[] = [
    ['connection-lost-before', undefined],
    ['connection-lost-during', undefined],
    ['connection-lost-after', undefined],
    ['program-killed', undefined],
    ['second-operator', undefined],
    ['unit-killed', undefined],
    ['node-reboot', 'sim-cp1'],
    ['node-reboot', 'sim-w1'],
    ['node-down', 'sim-w1'],
    ['disk-full', 'sim-cp1'],
    ['etcd-member-down', 'sim-cp1'],
  ];
  it.each(passing)('%s of %s, at any command: what is stored is whole', async (kind, where) => {
    for (const command of commands) {
      const fault: Fault = { kind, when: { command }, moment: 'during', delayMs: 5, lastsMs: 30_000 };
      const { verdict, what, files, whole, saved } = await backUp([where === undefined ? fault : { ...fault, where }]);
      expect({ command, verdict, what, saved }).toEqual({ command, verdict: 'as-expected', what: [], saved: [] });
      expect(whole.length).toBeGreaterThan(0);
      for (const checksums of whole) expectWhole(files, checksums);
    }
  });

  it.each([
    ['node-down', 'sim-w1'],
    ['disk-full', 'sim-cp1'],
    ['etcd-member-down', 'sim-cp1'],
    ['sudo-asks', 'sim-w1'],
  ] as const)('%s of %s for good: it says so, and nothing passes for a backup', async (kind, where) => {
    const fault: Fault = { kind, when: { command: 9 }, moment: 'during', delayMs: 5, where, permanent: true };
    const { verdict, what, whole } = await backUp([fault]);
    expect({ verdict, what, whole }).toEqual({ verdict: 'as-expected', what: [], whole: [] });
  });

  it('without an API server it is made, and says what is not in it', async () => {
    const when = { command: 2 };
    const refusing = { kind: 'api-refusing', when, moment: 'during', where: 'sim-cp1', permanent: true } as const;
    const { verdict, what, files, whole } = await backUp([refusing]);
    expect({ verdict, what }).toEqual({ verdict: 'as-expected', what: [] });
    const manifest = manifestSchema.parse(parsed(files, (whole[0] ?? '').replace('checksums.json', 'manifest.json')));
    expect(manifest.leftOut.map(({ what: missing }) => missing)).toEqual([
      'the ConfigMaps of kubeadm',
      'the list of persistent volume claims',
    ]);
  });
});
