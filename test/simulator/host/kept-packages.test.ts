import { describe, expect, it } from 'vitest';
import { installPackages } from '../../../src/commands/apt-get.ts';
import { quote } from '../../../src/commands/quote.ts';
import { keepRestorePoint } from '../../../src/commands/restore-point.ts';
import { valueOf } from '../../../src/facts/fact.ts';
import { restorePoints } from '../../../src/facts/restore-points.ts';
import { abbreviation } from '../../../src/simulator/host/package-state.ts';
import { benchHost, byPerson, type Bench } from './bench-host.ts';

const names = ['kubeadm', 'kubelet', 'kubectl'];
const packages = names.map((name) => ({ name, version: '1.35.4-1.1' }));
const source = '/etc/apt/sources.list.d/kubernetes.list';
const debs = '/var/lib/nodeops-restore/r1_1.36.3/debs';
const fileOf = (name: string): string => `${name}_1.35.4-1.1_amd64.deb`;

const keep = (bench: Bench) =>
  bench.run(
    quote(
      keepRestorePoint({
        run: 'r1',
        from: '1.35.4',
        to: '1.36.3',
        sources: [source],
        controlPlane: false,
        packages,
      }).argv,
    ),
  );
/** What the fact makes of what the node has. */
const keptOf = (bench: Bench): readonly string[] => {
  if (restorePoints.source.kind !== 'command') throw new Error('no command');
  const { argv } = restorePoints.source.command({ node: 'w1', apiServer: '' });
  const { out, err, code } = bench.run(quote(argv));
  const parsed = restorePoints.source.parse({ stdout: out, stderr: err, code: Number(code) });
  const points = 'value' in parsed ? valueOf(restorePoints, { kind: 'value', at: 0, from: 'w1', ...parsed }) : [];
  return Object.entries(points?.[0]?.debs ?? {}).map(([name, { version }]) => `${name} ${version}`);
};
const put = ({ host }: Bench, path: string, text: string): void => {
  host.files.makeDirectory(path.slice(0, path.lastIndexOf('/')), byPerson, { parents: true });
  host.files.write(path, text, byPerson);
};
const archive = (name: string): string => `!<arch>\namd64/${fileOf(name)}\n`;
const all = ['kubeadm 1.35.4-1.1', 'kubectl 1.35.4-1.1', 'kubelet 1.35.4-1.1'];

describe('what a restore point keeps of packages', () => {
  it.each<{ what: string; before: (bench: Bench) => void; says: RegExp; kept: readonly string[] }>([
    { what: 'the repository has them', before: () => undefined, says: /^$/, kept: all },
    {
      what: 'it has only a newer patch',
      before: ({ world }) => world.offers.set('1.35', ['1.35.9-1.1']),
      says: /Version '1\.35\.4-1\.1' for 'kubeadm' was not found/,
      kept: [],
    },
    {
      what: 'it does not answer',
      before: ({ host }) => (host.faults.repository = 'down'),
      says: /not every package could be kept: kubeadm=1\.35\.4-1\.1 kubelet=/,
      kept: [],
    },
    {
      what: 'it does not answer, and apt has one',
      before: (bench) => {
        bench.host.faults.repository = 'down';
        put(bench, `/var/cache/apt/archives/${fileOf('kubelet')}`, archive('kubelet'));
      },
      says: /not every package could be kept: kubeadm=1\.35\.4-1\.1 kubectl=1\.35\.4-1\.1\n/,
      kept: ['kubelet 1.35.4-1.1'],
    },
    {
      what: 'it does not answer, and an older point has them',
      before: (bench) => {
        bench.host.faults.repository = 'down';
        for (const name of names) put(bench, `/var/lib/nodeops-restore/r0_1.36.3/debs/${fileOf(name)}`, archive(name));
      },
      says: /^$/,
      kept: all,
    },
    {
      what: 'what it sends is not what its list names',
      before: ({ host }) => (host.faults.repository = 'corrupt'),
      says: /Hash Sum mismatch/,
      kept: [],
    },
  ])('$what', ({ before, says, kept }) => {
    const bench = benchHost();
    before(bench);
    const { code, err } = keep(bench);
    expect(code, err).toBe(0);
    expect(err).toMatch(says);
    expect(keptOf(bench)).toEqual(kept);
    for (const file of kept.length === 0 ? [] : bench.host.files.list(debs))
      expect((bench.host.files.stat(`${debs}/${file}`)?.mode ?? 0) & 0o777, file).toBe(0o600);
    expect(bench.host.files.list('/tmp')).toEqual([]);
  });
});

const install = (bench: Bench) =>
  bench.run(
    quote(
      installPackages([{ name: 'kubelet', version: '1.35.4-1.1', archive: `${debs}/${fileOf('kubelet')}` }], {
        sources: [],
        lockSeconds: 5,
        holdAgain: ['kubelet'],
        owedFile: '/var/lib/nodeops/holds',
        downgrade: true,
      }).argv,
    ),
  );
const upgraded = (): Bench => {
  const bench = benchHost();
  keep(bench);
  const kubelet = bench.host.packages.get('kubelet');
  if (kubelet !== undefined) kubelet.version = '1.36.3-1.1';
  bench.host.faults.repository = 'down';
  return bench;
};
const stateOf = ({ host }: Bench): string => {
  const found = host.packages.get('kubelet');
  return found === undefined ? 'none' : `${abbreviation(found).trim()} ${found.version}`;
};

const pointOf = (run: string): string => `/var/lib/nodeops-restore/${run}_1.36.3`;

describe('a restore point that was not written to its end', () => {
  it('is none, even where its last file is there and empty: the disk was full', () => {
    const bench = benchHost();
    put(bench, `${pointOf('r1')}.new/complete`, '');
    put(bench, `${pointOf('r1')}.new/packages`, 'kubeadm 1.35.4-1.1 hi\n');
    expect(keptOf(bench)).toEqual([]);
    keep(bench);
    expect(keptOf(bench)).toEqual(all);
  });

  it('goes with the next one that is, whosever it was', () => {
    const bench = benchHost();
    put(bench, `${pointOf('r0')}.new/files/etc/kubernetes/pki/ca.crt`, 'half of one');
    keep(bench);
    expect(bench.host.files.list('/var/lib/nodeops-restore')).toEqual(['r1_1.36.3']);
  });
});

describe('a package from what was kept', () => {
  it('is installed although no repository answers', () => {
    const bench = upgraded();
    const { code, err } = install(bench);
    expect(code, err).toBe(0);
    expect(stateOf(bench)).toBe('hi 1.35.4-1.1');
  });

  it('is not installed by apt in the name of _apt, who cannot read it', () => {
    const bench = upgraded();
    const path = `${debs}/${fileOf('kubelet')}`;
    const line = `apt-get install -y -qq --allow-downgrades --allow-change-held-packages`;
    const { code, err } = bench.run(`${line} ${path}`);
    expect([code, err]).toEqual([100, expect.stringContaining(`File not found - ${path} (13: Permission denied)`)]);
    expect(stateOf(bench)).toBe('hi 1.36.3-1.1');
    expect(bench.run(`${line} -o APT::Sandbox::User=root ${path}`).code).toBe(0);
  });

  it('is not installed where it is not as it was', () => {
    const bench = upgraded();
    put(bench, `${debs}/${fileOf('kubelet')}`, `${archive('kubelet')}more`);
    const { code, err } = install(bench);
    expect([code, err]).toEqual([1, expect.stringContaining(`${fileOf('kubelet')}: FAILED`)]);
    expect(stateOf(bench)).toBe('hi 1.36.3-1.1');
  });
});
