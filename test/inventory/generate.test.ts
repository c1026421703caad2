import { describe, expect, it } from 'vitest';
import { head, read, refusal } from './read.ts';

const lab = (settings: string, name = 'lab-{{ index }}', host = '10.9.{{index}}.11'): string => `${head}clusters:
  - name: ${name}
    ${settings}
    nodes: [{ name: 'lab{{ index }}-cp1', host: '${host}', role: control-plane }]
`;

describe('clusters with a count', () => {
  it('are as many, each with its number in names and hosts', () => {
    const { clusters, origins } = read(lab('count: 3'));
    expect(clusters.map(({ name, nodes }) => [name, nodes[0]?.name, nodes[0]?.ssh.host])).toEqual([
      ['lab-1', 'lab1-cp1', '10.9.1.11'],
      ['lab-2', 'lab2-cp1', '10.9.2.11'],
      ['lab-3', 'lab3-cp1', '10.9.3.11'],
    ]);
    expect(clusters.map(({ source }) => source)).toEqual(['inv.yaml:4', 'inv.yaml:4', 'inv.yaml:4']);
    expect(origins('lab-2')(['nodes'])).toEqual({ layer: 'cluster', at: 'inv.yaml:6' });
  });

  it('a port is a number, an address and an endpoint are filled in', () => {
    const text = `${head}clusters:
  - name: lab-{{ index }}
    count: 2
    create: { endpoint: 'api-{{ index }}.lab' }
    nodes: [{ name: cp1, host: 127.0.0.1, role: control-plane, address: '10.0.{{ index }}.1', ssh: { port: '22{{ index }}1' } }]
`;
    expect(
      read(text).clusters.map(({ creation, nodes: [cp1] }) => [creation?.endpoint, cp1?.address, cp1?.ssh.port]),
    ).toEqual([
      ['api-1.lab:6443', '10.0.1.1', 2211],
      ['api-2.lab:6443', '10.0.2.1', 2221],
    ]);
  });

  it('stand among others, whose places stay right', () => {
    const text = `${lab('count: 2')}  - { name: b, version: 1.36, nodes: [{ name: cp1, host: b, role: control-plane }] }\n`;
    expect(refusal(text)).toContain('inv.yaml:7:25: clusters[1].version: expected a Kubernetes version');
  });

  it('what is a command’s own stays as it is', () => {
    const addons = `addons: [{ name: x, command: [kubectl, '{{ index .data 1 }}', '{{ index }}'], check: ['{{ index }}'] }]`;
    const work = read(lab(`count: 2\n    ${addons}`)).clusters[1]?.addons[0]?.work;
    expect(work).toEqual({
      kind: 'command',
      argv: ['kubectl', '{{ index .data 1 }}', '{{ index }}'],
      check: ['{{ index }}'],
    });
  });

  it.each([
    [
      'no number',
      lab('count: three'),
      'inv.yaml:5:12: clusters[0].count: expected a number of clusters from 1 to 100, found "three"',
    ],
    ['none', lab('count: 0'), 'inv.yaml:5:12: clusters[0].count: expected a number of clusters from 1 to 100, found 0'],
    [
      'too many',
      lab('count: 101'),
      'inv.yaml:5:12: clusters[0].count: expected a number of clusters from 1 to 100, found 101',
    ],
    [
      'one name for all',
      lab('count: 2', 'lab'),
      'inv.yaml:4:11: clusters[0].name: every copy of this cluster would have the same name\n    write "lab-{{ index }}"',
    ],
    [
      'another placeholder',
      lab('count: 2', 'lab-{{ index }}', '10.9.{{ number }}.11'),
      'inv.yaml:6:49: clusters[0].nodes[0].host: nothing is called {{ number }}\n    only {{ index }} is known: 1 in the first copy',
    ],
    [
      'one host for all',
      lab('count: 2', 'lab-{{ index }}', '10.9.0.11'),
      'inv.yaml:6:49: clusters[0].nodes[0].host: 10.9.0.11:22 is already the address of lab-1/lab1-cp1 (line 6)',
    ],
    [
      'a host that is none with its number',
      lab('count: 2', 'lab-{{ index }}', '10.9.25{{ index }}0.11'),
      'inv.yaml:6:49: clusters[0].nodes[0].host: expected a host name or an IP address, found "10.9.2510.11"',
    ],
    [
      'a protected one',
      lab('count: 2\n    protected: true'),
      'inv.yaml:6:16: clusters[0].protected: a generated cluster cannot be protected: count is for labs\n    write a cluster that is worth protecting out, with its own hosts',
    ],
    [
      'a placeholder where none is replaced',
      lab(`count: 2\n    window: { cron: '{{ index }} 1 * * *', duration: 1h, timezone: UTC }`),
      'inv.yaml:6:21: clusters[0].window.cron: no placeholder is replaced here\n    only in name, host, address, port, endpoint',
    ],
  ])('refused: %s', (_what, text, message) => expect(refusal(text)).toBe(message));

  it('a placeholder without a count is said as that', () => {
    const [first] = refusal(lab('version: 1.36.3')).split('\n    ');
    expect(first).toBe('inv.yaml:4:11: clusters[0].name: {{ index }} has no meaning here: this cluster has no count');
  });

  it('a name that another cluster has is told with its place', () => {
    const text = `${lab('count: 2')}  - { name: lab-2, nodes: [{ name: cp1, host: b, role: control-plane }] }\n`;
    expect(refusal(text)).toBe('inv.yaml:7:13: clusters[1].name: the cluster name "lab-2" is already used on line 4');
  });

  it('one cluster alone has no count', () =>
    expect(refusal(`${head}count: 2\nnodes: [{ name: cp1, host: a, role: control-plane }]\n`)).toContain(
      'inv.yaml:3:1: count: unknown key',
    ));
});
