import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolutePlaces, joinPlaces, splitPlaces } from '../../src/inventory/inventory-places.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { InvalidInput, UsageError } from '../../src/model/errors.ts';
import { head } from './read.ts';

const nodes = (host: string) => `nodes: [{ name: cp1, host: ${host}, role: control-plane }]\n`;
const fails = (code: string) => Object.assign(new Error(code), { code });

/** Files by their absolute paths; what stands below a directory makes it one. */
const load = (file: string, files: Readonly<Record<string, string>>) =>
  loadInventory({
    file,
    env: { USER: 'me' },
    home: '/home/me',
    cwd: '/repo',
    readFile: (path) => {
      const text = files[path];
      if (text !== undefined) return text;
      throw fails(Object.keys(files).some((each) => each.startsWith(`${path}/`)) ? 'EISDIR' : 'ENOENT');
    },
    listDirectory: (path) => [
      ...new Set(
        Object.keys(files)
          .filter((each) => each.startsWith(`${path}/`))
          .map((each) => each.slice(path.length + 1).split('/')[0] ?? ''),
      ),
    ],
  });

const refusal = (file: string, files: Readonly<Record<string, string>>): string => {
  try {
    load(file, files);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('the inventory was accepted');
};

const shared = `${head}defaults: { ssh: { identityFile: keys/all }, backup: { to: backups } }
environments: { prod: { ssh: { user: ops }, backup: { application: [{ name: x, command: [./x.sh] }] } } }
waves: [{ name: all, selector: environment, checks: [{ name: y, command: [./y.sh] }] }]
limits: { perLabel: { environment: 1 } }
`;
const tidy = {
  '/repo/inv/a.yaml': shared,
  '/repo/inv/oslo.yml': `${head}name: oslo\nlabels: { environment: prod }\nssh: { knownHostsFile: known }\n${nodes('o')}`,
  '/repo/inv/paris.yaml': `${head}clusters:\n  - name: paris\n    labels: { environment: prod }\n    cni: { manifest: m/cni.yaml }\n    ${nodes('p')}`,
  '/repo/inv/.#paris.yaml': 'an editor’s own',
  '/repo/inv/README.md': 'for people',
  '/repo/inv/m/cni.yaml': 'kind: DaemonSet',
};

const two = (a: string, b: string) => ({ '/repo/a.yaml': head + a, '/repo/b.yaml': head + b });

describe('an inventory of several files', () => {
  it('a directory is all of its files, in the order of their names', () => {
    const { clusters } = load('inv', tidy);
    expect(clusters.map(({ name, source, wave, atOnce }) => [name, source, wave?.source, atOnce?.[0]?.most])).toEqual([
      ['oslo', 'inv/oslo.yml:1', 'inv/a.yaml:5', 1],
      ['paris', 'inv/paris.yaml:4', 'inv/a.yaml:5', 1],
    ]);
  });

  it('a path is relative to the file that it stands in', () => {
    const [oslo, paris] = load('./inv/', tidy).clusters;
    expect(oslo?.nodes[0]?.ssh).toMatchObject({
      identityFiles: ['/repo/inv/keys/all'],
      knownHostsFiles: ['/repo/inv/known'],
    });
    expect(paris?.cni?.work).toMatchObject({ file: '/repo/inv/m/cni.yaml' });
    expect(paris?.wave?.checks[0]?.question).toMatchObject({ directory: '/repo/inv' });
    expect(paris?.backup).toMatchObject({
      to: [{ path: '/repo/inv/backups' }],
      application: [{ place: { directory: '/repo/inv' } }],
    });
  });

  it('files of several directories: each keeps its own', () => {
    const files = {
      '/repo/x/shared.yaml': shared,
      '/repo/y/rome.yaml': `${head}name: rome\nlabels: { environment: prod }\nssh: { identityFile: key }\nbackup: { application: [{ name: z, command: [./z.sh] }] }\n${nodes('r')}`,
      '/repo/z/lima.yaml': `${head}name: lima\nlabels: { environment: prod }\n${nodes('l')}`,
    };
    const [rome, lima] = load('y/rome.yaml,x/shared.yaml,z', files).clusters;
    expect(rome?.nodes[0]?.ssh.identityFiles).toEqual(['/repo/y/key']);
    expect(lima?.nodes[0]?.ssh.identityFiles).toEqual(['/repo/x/keys/all']);
    expect([rome, lima].map((each) => each?.backup.application[0]?.place)).toEqual([
      { kind: 'operator', directory: '/repo/y' },
      { kind: 'operator', directory: '/repo/x' },
    ]);
    expect(rome?.wave?.checks[0]?.question).toMatchObject({ directory: '/repo/x' });
  });

  it('a file is read once: it may be a pipe', () => {
    const read: string[] = [];
    const readFile = (path: string): string => {
      read.push(path);
      return `${head}name: a\n${nodes('a')}`;
    };
    loadInventory({ file: '/dev/fd/63', env: { USER: 'me' }, home: '/home/me', readFile, listDirectory: () => [] });
    expect(read).toEqual(['/dev/fd/63']);
  });

  it('a file that is named twice is read once', () => {
    const files = { '/repo/a.yaml': `${head}name: a\n${nodes('a')}` };
    expect(load('a.yaml,./a.yaml,/repo/a.yaml', files).clusters.map(({ source }) => source)).toEqual(['a.yaml:1']);
  });

  it.each([
    [
      'a name of both',
      two(`name: x\n${nodes('a')}`, `clusters:\n  - name: x\n    ${nodes('b')}`),
      'b.yaml:4:11: clusters[0].name: the cluster name "x" is already used on a.yaml:3',
    ],
    [
      'two that have none',
      two(nodes('a'), nodes('b')),
      'b.yaml:1:1: name: the cluster name "cluster" is already used on a.yaml:1',
    ],
    [
      'a host of both',
      two(`name: x\n${nodes('a')}`, `name: y\n${nodes('a')}`),
      'b.yaml:4:28: nodes[0].host: a:22 is already the address of x/cp1 (a.yaml:4)',
    ],
    [
      'defaults of both',
      two(`defaults: {}\nname: x\n${nodes('a')}`, 'defaults: {}\n'),
      'b.yaml:3:1: defaults: defaults of the inventory are in a.yaml:3 already\n    what all clusters share stands in one file',
    ],
    [
      'a layer that no cluster of any has',
      two('regions: { eu: {} }\n', `name: x\nlabels: { region: us }\n${nodes('a')}`),
      'a.yaml:3:12: regions.eu: no cluster has the label region=eu\n    valid here: us\nb.yaml:4:19: labels.region: nothing under regions is called "us"\n    valid here: eu; where it needs nothing of its own: regions: { us: {} }',
    ],
    [
      'one that is no YAML, one that is empty',
      { '/repo/a.yaml': 'x: [\n', '/repo/b.yaml': '' },
      'a.yaml:2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]\nb.yaml:1:1: the inventory is empty\n    begin with `apiVersion: nodeops/v1` and `kind: Inventory`; docs/inventory.md has an example',
    ],
    [
      'problems of each, file by file',
      two(`name: x\nversion: 1.36\n${nodes('a')}`, `name: y\nversion: abc\n${nodes('b')}`),
      'a.yaml:4:10: version: expected a Kubernetes version such as 1.36.3, found "1.36"\n    write the patch as well, e.g. 1.36.3\nb.yaml:4:10: version: expected a Kubernetes version such as 1.36.3, found "abc"',
    ],
    [
      'none with a cluster',
      two('', 'defaults: {}\n'),
      'the inventory a.yaml,b.yaml has no cluster in any of its files\n    docs/inventory.md has an example',
    ],
    [
      'one that has a cluster’s keys, but no nodes',
      two(`name: x\n${nodes('a')}`, 'name: y\n'),
      'b.yaml:1:1: nodes: missing; expected a list with at least one node',
    ],
  ])('refused: %s', (_what, files, message) => expect(refusal('a.yaml,b.yaml', files)).toBe(message));

  it('findings are InvalidInput, what is not there a UsageError', () => {
    expect(() => load('a.yaml,b.yaml', { '/repo/a.yaml': '', '/repo/b.yaml': '' })).toThrow(InvalidInput);
    expect(refusal('inv,b.yaml', tidy)).toBe(
      'the inventory b.yaml does not exist\n    name another with --inventory FILE, or begin with the example in docs/inventory.md',
    );
    expect(refusal('d', { '/repo/d/README.md': '' })).toBe(
      'the inventory d is a directory without a file that ends in .yaml or .yml',
    );
  });
});

describe('places as one text', () => {
  it('any names come back', () => {
    const law = fc.property(fc.array(fc.string({ minLength: 1 })), (names) => {
      expect(splitPlaces(joinPlaces(names))).toEqual(names);
    });
    fc.assert(law);
    expect(splitPlaces('')).toEqual([]);
  });

  it('a comma of a name has a backslash before it', () =>
    expect(splitPlaces(String.raw`a.yaml,b\,c.yaml,`)).toEqual(['a.yaml', 'b,c.yaml']));

  it('seen from the root, also from a directory with a comma', () =>
    expect(absolutePlaces('/a,b', 'x.yaml,../y')).toBe(String.raw`/a\,b/x.yaml,/y`));
});
