import { describe, expect, it } from 'vitest';
import { head, read, refusal } from './read.ts';

const node = (host: string) => `nodes: [{ name: cp1, host: ${host}, role: control-plane }]`;
const clusters = `clusters:
  - { name: a, labels: { environment: dev, region: eu }, ${node('a')} }
  - { name: b, labels: { environment: prod, region: eu }, drain: { timeout: 4m }, ${node('b')} }
  - { name: c, labels: { environment: prod, region: us }, ${node('c')} }
`;
const byName = (text: string) =>
  Object.fromEntries(read(`${head}${text}${clusters}`).clusters.map((each) => [each.name, each]));

describe('environments and regions', () => {
  it('the later layer wins, key by key: defaults, environment, region, cluster', () => {
    const { a, b, c } = byName(`defaults: { drain: { timeout: 1m, deleteEmptyDirData: true }, maxApiDowntime: 9m }
environments: { dev: { drain: { timeout: 2m } }, prod: { drain: { timeout: 3m }, maxApiDowntime: 1m } }
regions: { eu: {}, us: { drain: { timeout: 5m } } }
`);
    const drains = [a, b, c].map((each) => [
      each?.drain.timeoutMs,
      each?.drain.deleteEmptyDirData,
      each?.maxApiDowntimeMs,
    ]);
    expect(drains).toEqual([
      [120_000, true, 540_000],
      [240_000, true, 60_000],
      [300_000, true, 60_000],
    ]);
  });

  it('what is wished, who may touch it, and when', () => {
    const { a, b, c } = byName(`defaults: { version: 1.35.4 }
environments:
  dev: { version: 1.36.3 }
  prod: { protected: true, window: { cron: '0 1 * * SAT', duration: 4h, timezone: UTC } }
regions: { eu: {}, us: { protected: false, window: none } }
`);
    expect([a, b, c].map((each) => [each?.version, each?.protected, each?.window?.source])).toEqual([
      ['1.36.3', false, undefined],
      ['1.35.4', true, 'inv.yaml:6'],
      ['1.35.4', false, undefined],
    ]);
  });

  it('a cluster that needs no window of those around it says so', () => {
    const text = `${head}defaults: { window: { cron: '0 1 * * SAT', duration: 4h, timezone: UTC } }
clusters:
  - { name: a, ${node('a')} }
  - { name: b, window: none, ${node('b')} }\n`;
    expect(read(text).clusters.map(({ window }) => window?.cron)).toEqual(['0 1 * * SAT', undefined]);
  });

  it('how nodes are reached: a jump takes what is above its own layer', () => {
    const { a, c } = byName(`defaults: { ssh: { user: ops, jump: gate }, become: none }
environments: { dev: {}, prod: { ssh: { user: root } , become: sudo, kubeadm: { ignorePreflightErrors: [Swap] } } }
regions: { eu: { ssh: { jump: none } }, us: { ssh: { jump: gate.us, port: 2222 }, kubeadm: { config: /etc/c.yaml } } }
`);
    expect(a?.nodes[0]).toMatchObject({ ssh: { user: 'ops', port: 22 }, become: { method: 'none' } });
    expect(a?.nodes[0]?.ssh).not.toHaveProperty('jump');
    expect(c?.nodes[0]).toMatchObject({
      ssh: { user: 'root', port: 2222, jump: { host: 'gate.us', user: 'root', port: 22 } },
      become: { method: 'sudo' },
      kubeadm: { ignorePreflightErrors: ['Swap'], config: '/etc/c.yaml' },
    });
  });

  it('lists are replaced whole, settings of kubelets merged to the last key', () => {
    const { b, c } = byName(`defaults:
  operators: [ana]
  kubelet: { configuration: { evictionHard: { a: 1, b: 2 }, maxPods: 10 } }
  backup: { to: /srv/all, keep: { last: 3 } }
  webhooks: [{ url: 'https://a.example' }]
  compatibility: [{ name: x, image: x, kubernetes: { '1.x': '1.x' } }]
  create: { podSubnet: 10.1.0.0/16 }
environments:
  dev: {}
  prod:
    operators: [ben]
    kubelet: { configuration: { evictionHard: { b: 3 } } }
    backup: { to: /srv/prod }
    webhooks: []
    compatibility: []
    create: { serviceSubnet: 10.2.0.0/16 }
    workers: { maxUnavailable: 3 }
    apt: { lockTimeout: 1m }
`);
    expect(b).toMatchObject({
      operators: ['ben'],
      kubelet: { evictionHard: { a: 1, b: 3 }, maxPods: 10 },
      backup: { to: [{ kind: 'directory', path: '/srv/prod' }], keep: { last: 3 } },
      webhooks: [],
      compatibility: [],
      creation: { podSubnet: '10.1.0.0/16', serviceSubnet: '10.2.0.0/16' },
      maxUnavailable: { count: 3 },
      aptLockTimeoutMs: 60_000,
    });
    expect(c?.operators).toEqual(['ben']);
  });

  it('may be called like a key whose text is nobody’s business', () => {
    const text = `${head}regions: { labels: { ssh: { user: "\${SITE}" } } }
clusters: [{ name: a, labels: { region: labels }, ${node('a')} }]\n`;
    expect(read(text).clusters[0]?.nodes[0]?.ssh.user).toBe('paris');
  });

  it.each([
    [
      'a layer that no cluster has',
      'environments: { dev: {}, prdo: {}, prod: {} }\n',
      'inv.yaml:3:26: environments.prdo: no cluster has the label environment=prdo\n    did you mean "prod"?',
    ],
    [
      'a cluster whose label names no layer',
      'regions: { eu: {} }\n',
      'inv.yaml:7:53: clusters[2].labels.region: nothing under regions is called "us"\n    valid here: eu; where it needs nothing of its own: regions: { us: {} }',
    ],
    [
      'a key of a cluster',
      'environments: { dev: { cni: {} }, prod: {} }\n',
      'inv.yaml:3:24: environments.dev.cni: unknown key',
    ],
    [
      'a window that never opens',
      'environments: { dev: {}, prod: { window: { cron: 0 0 30 2 *, duration: 1h, timezone: UTC } } }\n',
      'environments.prod.window.cron: expected five fields of crontab(5), e.g. "0 1 * * SAT", found "0 0 30 2 *"',
    ],
    [
      'a word that is no window',
      'environments: { dev: {}, prod: { window: never } }\n',
      'environments.prod.window: expected a map with cron, duration and timezone, or none, found "never"',
    ],
    [
      'nothing',
      'environments: { dev: , prod: {} }\n',
      'environments.dev: expected a map of what clusters share, found nothing',
    ],
    [
      'a circle of jumps',
      'regions: { eu: { ssh: { jump: { host: j, jump: j } } }, us: {} }\n',
      'regions.eu.ssh.jump: the jump hosts form a circle',
    ],
    [
      'a hook on a node that a cluster of it does not have',
      'environments: { dev: {}, prod: { backup: { application: [{ name: x, command: [x], on: w9 }] } } }\n',
      'environments.prod.backup.application[0].on: no node of cluster "b" is called "w9"',
    ],
    [
      'a configuration that is not there',
      'environments: { dev: {}, prod: { create: { configuration: gone.yaml } } }\n',
      'environments.prod.create.configuration: the configuration /repo/gone.yaml does not exist',
    ],
  ])('refused: %s', (_what, text, message) => expect(refusal(`${head}${text}${clusters}`)).toContain(message));

  it('a cluster without the label is told, where there are layers of it', () => {
    const text = `${head}environments: { prod: {} }
clusters:
  - { name: a, labels: { environment: prod }, ${node('a')} }
  - { name: b, ${node('b')} }\n`;
    expect(refusal(text)).toBe(
      'inv.yaml:6:5: clusters[1].labels: the cluster "b" has no label "environment", and the inventory has environments\n    give it one of prod',
    );
  });
});

describe('limits', () => {
  it('each cluster knows those of its labels', () => {
    const { a, c } = byName('limits: { perLabel: { region: 2, environment: 3 } }\n');
    expect(a?.atOnce).toEqual([
      { label: 'region', value: 'eu', most: 2 },
      { label: 'environment', value: 'dev', most: 3 },
    ]);
    expect(c?.atOnce?.[0]).toEqual({ label: 'region', value: 'us', most: 2 });
    expect(byName('')['a']).not.toHaveProperty('atOnce');
  });

  it.each([
    ['{ perLabel: { region: 0 } }', 'limits.perLabel.region: expected a number of clusters from 1, found 0'],
    ['{ perLable: { region: 1 } }', 'limits.perLable: unknown key\n    did you mean "perLabel"?'],
    [
      '{ perLabel: { regoin: 1 } }',
      'limits.perLabel.regoin: no cluster has a label "regoin"\n    did you mean "region"?',
    ],
  ])('refused: %s', (limits, message) => expect(refusal(`${head}limits: ${limits}\n${clusters}`)).toContain(message));

  it('a cluster without the label would go beside any number of others', () => {
    const text = `${head}limits: { perLabel: { region: 2 } }
clusters:
  - { name: a, labels: { region: eu }, ${node('a')} }
  - { name: b, ${node('b')} }\n`;
    expect(refusal(text)).toBe(
      'inv.yaml:6:5: clusters[1].labels: the cluster "b" has no label "region", and limits say how many with the same go at once\n    write labels: { region: … }',
    );
  });
});
