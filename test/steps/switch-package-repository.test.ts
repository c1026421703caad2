import { describe, expect, it } from 'vitest';
import { replaceSource } from '../../src/commands/apt-get.ts';
import { switchPackageRepository } from '../../src/steps/switch-package-repository.ts';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { pointOf, pointWithDebs } from './points.ts';
import {
  api,
  bound,
  installedAs,
  old,
  onWorker,
  packagesOf,
  repositoryOf,
  source,
  sourceLine,
  sourceList,
  target,
} from './values.ts';

const step = bound(switchPackageRepository, { version: target, lockSeconds: 300 }, onWorker());
const packages = packagesOf(old);
const publicLine =
  'deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /';
const entries = (...all: ReturnType<typeof source>[]) => ({ repository: { files: {}, entries: all }, packages });

describe('switch-package-repository', () => {
  it.each([
    ['an older minor', { repository: repositoryOf('1.35'), packages }, needed(`${sourceList}: v1.35 → v1.36`)],
    ['the minor', { repository: repositoryOf('1.36'), packages }, satisfied],
    ['a disabled source does not count', entries(source('1.36'), source('1.35', { enabled: false })), satisfied],
    [
      'none',
      entries(source('1.35', { enabled: false })),
      blocked('paris-w1: no apt source offers Kubernetes packages', `write ${sourceList} with: ${publicLine}`),
    ],
    [
      'the repository of before 2023',
      entries(source(undefined, { legacy: true, uri: 'https://apt.kubernetes.io/' })),
      blocked(
        `paris-w1: ${sourceList}:1 names https://apt.kubernetes.io/, which was shut down in 2024`,
        `replace that line by: ${publicLine}`,
      ),
    ],
    [
      'no repository of one minor, behind a password',
      entries(source(undefined, { uri: 'https://ops:Zx7@m/kubernetes/' })),
      blocked(
        `paris-w1: ${sourceList}:1 names https://ops:…@m/kubernetes/, which is no repository of one stable minor`,
        `replace that line by: ${publicLine}`,
      ),
    ],
    [
      'packages from there',
      {
        repository: repositoryOf('1.35'),
        packages: packagesOf(old, { kubelet: installedAs(old, { version: '1.28.2-00' }) }),
      },
      blocked(
        'paris-w1: kubelet 1.28.2-00 comes from the repository that was shut down in 2024',
        `install kubelet anew from: ${publicLine}`,
      ),
    ],
    [
      'two minors at once',
      entries(source('1.34', { file: '/etc/apt/sources.list', line: 7 }), source('1.35')),
      blocked(
        `paris-w1: sources of several minors are enabled at once: /etc/apt/sources.list:7 (v1.34), ${sourceList}:1 (v1.35)`,
        'keep one of them',
      ),
    ],
    [
      'a switch that was cut off between two files',
      entries(source('1.36', { file: '/etc/apt/sources.list', line: 7 }), source('1.35')),
      needed(`${sourceList}: v1.35 → v1.36`),
    ],
    [
      'the wished minor beside one that nothing here is of',
      entries(source('1.36', { file: '/etc/apt/sources.list', line: 7 }), source('1.34')),
      blocked(
        `paris-w1: sources of several minors are enabled at once: /etc/apt/sources.list:7 (v1.36), ${sourceList}:1 (v1.34)`,
        'keep one of them',
      ),
    ],
    [
      'one that belongs to no stable minor',
      entries(source(undefined, { uri: 'https://pkgs.k8s.io/core:/unstable:/v1.36/deb/' })),
      blocked(
        `paris-w1: ${sourceList}:1 names https://pkgs.k8s.io/core:/unstable:/v1.36/deb/, which is no repository of one stable minor`,
        `replace that line by: ${publicLine}`,
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it.each([
    ['a line', sourceLine('1.35'), sourceLine('1.36')],
    [
      'a mirror',
      'deb https://mirror.example/k8s/core:/stable:/v1.35/deb/ /\n',
      'deb https://mirror.example/k8s/core:/stable:/v1.36/deb/ /\n',
    ],
    [
      'encoded colons',
      'deb https://m/core%3A/stable%3A/v1.35/deb /\n',
      'deb https://m/core%3A/stable%3A/v1.36/deb /\n',
    ],
    ['no slash at the end', 'deb https://m/core:/stable:/v1.35 /\n', 'deb https://m/core:/stable:/v1.36 /\n'],
    [
      'deb822',
      'Types: deb\nURIs: https://pkgs.k8s.io/core:/stable:/v1.35/deb/\nSuites: /\n',
      'Types: deb\nURIs: https://pkgs.k8s.io/core:/stable:/v1.36/deb/\nSuites: /\n',
    ],
    [
      'what stands beside it stays',
      `# v1.35 since May\n${sourceLine('1.35')}deb https://pkgs.k8s.io/addons:/cri-o:/stable:/v1.35/deb/ /\n`,
      `# v1.35 since May\n${sourceLine('1.36')}deb https://pkgs.k8s.io/addons:/cri-o:/stable:/v1.35/deb/ /\n`,
    ],
  ])('changes the minor in %s, and nothing else', (_what, text, expected) => {
    const seen = { repository: { files: { [sourceList]: text }, entries: [source('1.35')] }, packages };
    expect(step.apply(seen, api)).toEqual([
      { do: 'exec', on: 'paris-w1', command: replaceSource(sourceList, expected, 300) },
    ]);
    expect(step.after(seen)['repository']).toEqual({ files: { [sourceList]: expected }, entries: [source('1.36')] });
  });

  it.each([
    ['the node kept all packages', [pointWithDebs()], true],
    ['it kept none', [pointOf()], false],
    ['it kept those of another version', [pointWithDebs({ debs: {} }), pointOf()], false],
  ])('puts a source back that cannot be read, on a way back, where %s', (_what, points, unread) => {
    const text = sourceLine('1.36');
    const seen = {
      repository: { files: { [sourceList]: text }, entries: [source('1.36')] },
      packages: packagesOf(target),
      points,
    };
    const back = bound(switchPackageRepository, { version: old, lockSeconds: 300, downgrade: true }, onWorker());
    expect(back.apply(seen, api)).toEqual([
      { do: 'exec', on: 'paris-w1', command: replaceSource(sourceList, sourceLine('1.35'), 300, { unread }) },
    ]);
  });

  it('ends a switch that was cut off: the other file only', () => {
    const other = '/etc/apt/sources.list.d/mirror.list';
    const repository = {
      files: { [sourceList]: sourceLine('1.36'), [other]: sourceLine('1.35') },
      entries: [source('1.36'), source('1.35', { file: other })],
    };
    expect(step.apply({ repository, packages }, api)).toEqual([
      { do: 'exec', on: 'paris-w1', command: replaceSource(other, sourceLine('1.36'), 300) },
    ]);
  });

  it('leaves files alone that need no change', () => {
    const repository = {
      files: { [sourceList]: sourceLine('1.35'), '/etc/apt/off.list': `# ${sourceLine('1.34')}` },
      entries: [source('1.35'), source('1.34', { file: '/etc/apt/off.list', enabled: false })],
    };
    expect(step.typed({ repository, packages })).toHaveLength(1);
  });
});
