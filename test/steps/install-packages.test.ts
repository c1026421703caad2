import { describe, expect, it } from 'vitest';
import { installPackages as command } from '../../src/commands/apt-get.ts';
import { quote } from '../../src/commands/quote.ts';
import { installPackages } from '../../src/steps/install-packages.ts';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { pointOf, pointWithDebs } from './points.ts';
import { bound, installedAs, offersOf, old, onWorker, packagesOf, repositoryOf, sourceList, target } from './values.ts';

const wish = { version: target, lockSeconds: 300 };
const kubeadm = bound(installPackages, { ...wish, packages: ['kubeadm'] }, onWorker());
const both = bound(installPackages, { ...wish, packages: ['kubelet', 'kubectl'] }, onWorker());
const repository = repositoryOf('1.36');
const offered = offersOf('1.36.4', target, '1.36.0');
const rest = { owed: [], offered, repository, points: [] };
const { kubectl: _kubectl, ...withoutKubectl } = packagesOf(old).installed;

describe('install-packages', () => {
  it.each([
    ['older', packagesOf(old), needed('kubeadm 1.35.4 → 1.36.3')],
    ['there and held', packagesOf(target), satisfied],
    [
      'there and not held',
      packagesOf(target, { kubeadm: installedAs(target, { status: 'ii', held: false }) }),
      satisfied,
    ],
    [
      'there in another packaging',
      packagesOf(target, { kubeadm: installedAs(target, { version: '1.36.3-2.1' }) }),
      satisfied,
    ],
    ['another patch', packagesOf('1.36.0'), needed('kubeadm 1.36.0 → 1.36.3')],
    [
      'unpacked only: dpkg was killed',
      packagesOf(old, { kubeadm: installedAs(target, { status: 'iU' }) }),
      needed('kubeadm 1.36.3 (dpkg: iU) → 1.36.3'),
    ],
    [
      'half installed',
      packagesOf(old, { kubeadm: installedAs(old, { status: 'hHR' }) }),
      needed('kubeadm 1.35.4 (dpkg: hHR) → 1.36.3'),
    ],
    ['not there at all', { installed: {}, audit: '' }, needed('kubeadm → 1.36.3')],
  ])('%s', (_what, state, verdict) => expect(kubeadm.check({ state, ...rest })).toEqual(verdict));

  it('brings no kubectl to a node that has none', () => {
    const state = { installed: withoutKubectl, audit: '' };
    expect(both.check({ state, ...rest })).toEqual(needed('kubelet 1.35.4 → 1.36.3'));
    expect(both.typed({ state, ...rest })[0]).not.toContain('kubectl');
    expect(both.verdictAfter({ state, ...rest })).toEqual(satisfied);
  });

  it('is blocked where the repository does not offer the version', () => {
    expect(
      kubeadm.check({
        state: packagesOf(old),
        owed: [],
        repository,
        points: [],
        offered: offersOf('1.36.1', '1.36.0'),
      }),
    ).toEqual(
      blocked(
        'paris-w1: the repository of v1.36 does not offer kubeadm 1.36.3 (it has 1.36.1, 1.36.0)',
        'choose one of these with --to, or bring the mirror up to date',
      ),
    );
    expect(
      kubeadm.check({ state: packagesOf(old), owed: [], repository, points: [], offered: offersOf() }),
    ).toMatchObject({
      because: 'paris-w1: the repository of v1.36 does not offer kubeadm 1.36.3 (it has none)',
    });
  });

  it('is blocked where the repository cannot be read, but only if it is needed', () => {
    const unreadable = { ...offered, problem: 'E: no such host' };
    expect(kubeadm.check({ state: packagesOf(old), owed: [], repository, points: [], offered: unreadable })).toEqual(
      blocked(
        'paris-w1: the repository of v1.36 cannot be read: E: no such host',
        'see which source it is with `nodeops facts`, and try `apt-get update` on the node',
      ),
    );
    expect(kubeadm.check({ state: packagesOf(target), owed: [], repository, points: [], offered: unreadable })).toEqual(
      satisfied,
    );
  });

  it('puts holds back that a killed run owes, and nothing else where the packages are there', () => {
    const lifted = { status: 'ii', held: false };
    const state = packagesOf(target, { kubeadm: installedAs(target, lifted) });
    const seen = { ...rest, state, owed: ['kubeadm'] };
    expect(kubeadm.check(seen)).toEqual(needed('hold again: kubeadm'));
    expect(kubeadm.typed(seen)).toEqual([
      expect.stringMatching(
        /^paris-w1: sh -c 'patiently\(\) [^]*\npatiently apt-mark hold kubelet kubectl kubeadm && rm -f \/var\/lib\/nodeops\/holds'$/,
      ),
    ]);
    expect(kubeadm.verdictAfter(seen)).toEqual(satisfied);
  });

  it('takes the newest packaging, only what is missing, and holds everything that was held', () => {
    const state = packagesOf(old, { kubectl: installedAs(target), 'kubernetes-cni': installedAs('1.7.1') });
    const newer = { ...offered, offers: { ...offered.offers, kubelet: ['1.36.4-1.1', '1.36.3-2.1', '1.36.3-1.1'] } };
    expect(both.typed({ state, owed: [], repository, points: [], offered: newer })).toEqual([
      'paris-w1: DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 ' +
        quote(
          command([{ name: 'kubelet', version: '1.36.3-2.1' }], {
            sources: [sourceList],
            lockSeconds: 300,
            holdAgain: ['kubeadm', 'kubelet', 'kubectl', 'kubernetes-cni'],
            owedFile: '/var/lib/nodeops/holds',
          }).argv,
        ),
    ]);
  });

  describe('on the way back', () => {
    const back = bound(
      installPackages,
      { version: old, lockSeconds: 300, packages: ['kubelet', 'kubectl'], downgrade: true },
      onWorker(),
    );
    const kept = '/var/lib/nodeops-restore/r1_1.36.3/debs';
    const holds = {
      lockSeconds: 300,
      holdAgain: ['kubeadm', 'kubelet', 'kubectl'],
      owedFile: '/var/lib/nodeops/holds',
    };
    const archiveOf = (name: string) => ({
      name,
      version: '1.35.4-1.1',
      archive: `${kept}/${name}_1.35.4-1.1_amd64.deb`,
    });
    const seen = { state: packagesOf(target), owed: [], repository: repositoryOf('1.35'), points: [pointWithDebs()] };
    const typed = (offers: object) => back.typed({ ...seen, offered: offers })[0];
    const line = (packages: Parameters<typeof command>[0], sources: readonly string[]) =>
      'paris-w1: DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 ' +
      quote(command(packages, { ...holds, sources, downgrade: true }).argv);

    it('takes what the repository has from there', () =>
      expect(typed(offersOf(old))).toBe(
        line(
          ['kubelet', 'kubectl'].map((name) => ({ name, version: '1.35.4-1.1' })),
          [sourceList],
        ),
      ));
    it('takes what it lacks from what the node kept', () =>
      expect(typed({ ...offersOf(old), offers: { kubelet: ['1.35.4-1.1'], kubectl: ['1.35.9-1.1'] } })).toBe(
        line([{ name: 'kubelet', version: '1.35.4-1.1' }, archiveOf('kubectl')], [sourceList]),
      ));
    it('asks no repository where all was kept and it is gone', () => {
      const gone = { ...offersOf(old), problem: 'E: 404' };
      expect(back.check({ ...seen, offered: gone })).toEqual(
        needed('kubelet 1.36.3 → 1.35.4', 'kubectl 1.36.3 → 1.35.4'),
      );
      expect(typed(gone)).toBe(line([archiveOf('kubelet'), archiveOf('kubectl')], []));
      expect(back.verdictAfter({ ...seen, offered: gone })).toEqual(satisfied);
    });
    it('is blocked where neither has it', () =>
      expect(back.check({ ...seen, offered: offersOf(), points: [pointOf()] })).toMatchObject({
        because: 'paris-w1: the repository of v1.35 does not offer kubelet, kubectl 1.35.4 (it has none)',
      }));
    it('an upgrade does not take what was kept', () =>
      expect(
        both.check({ ...seen, state: packagesOf(old), offered: offersOf(), points: [pointWithDebs({ from: target })] }),
      ).toMatchObject({ kind: 'blocked' }));
  });

  it('expects the packages changed, the old kubelet running, and the holds as they were', () => {
    const state = packagesOf(old, { kubectl: installedAs(old, { status: 'ii', held: false }) });
    const seen = {
      state,
      ...rest,
      kubelet: { installed: old, running: old },
    };
    expect(both.after(seen)).toMatchObject({
      state: {
        audit: '',
        installed: {
          kubeadm: { version: '1.35.4-1.1' },
          kubelet: { version: '1.36.3-1.1', status: 'hi', held: true },
          kubectl: { version: '1.36.3-1.1', status: 'ii', held: false },
        },
      },
      kubelet: { installed: target, running: old },
    });
  });
});
