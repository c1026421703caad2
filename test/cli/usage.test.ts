import { describe, expect, it } from 'vitest';
import { restarting, told } from './fake-parts.ts';

const file = ['--inventory', 'prod.yaml'];

describe('help', () => {
  it.each([[['--help']], [['help']], [['upgrade', '--help']]])('%j', async (argv) => {
    const { code, stdout, stderr } = await told(argv);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: nodeops');
  });

  it('names every command', async () => {
    const { stdout } = await told(['--help']);
    for (const name of 'upgrade plan run facts versions events verify explain inventory runs audit resume'.split(' '))
      expect(stdout).toMatch(new RegExp(`^  ${name}`, 'm'));
  });

  it.each([
    ['upgrade'],
    ['plan'],
    ['run'],
    ['facts'],
    ['versions'],
    ['events'],
    ['verify'],
    ['explain'],
    ['inventory', 'validate'],
  ])('%s %s shows an example', async (...argv) => {
    const { code, stdout } = await told([...argv.filter((word) => word !== undefined), '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nExamples:\n  nodeops /);
  });

  it('the version', async () => expect(await told(['--version'])).toMatchObject({ code: 0, stdout: '1.2.3\n' }));
});

describe('what the operator got wrong', () => {
  it.each([
    ['no command', [], 'Usage: nodeops'],
    ['an unknown command', ['upgrad'], 'Did you mean upgrade?'],
    ['an unknown option', ['upgrade', ...file, '--too', '1.36.3'], "unknown option '--too'"],
    ['no inventory', ['upgrade', '--to', '1.36.3'], 'which clusters? Name the inventory: --inventory FILE'],
    ['no inventory for a plan', ['plan'], 'which clusters?'],
    ['no inventory for facts', ['facts'], 'which clusters?'],
    ['an inventory that is not there', ['plan', '--inventory', 'x.yaml'], 'the inventory x.yaml'],
    [
      'a version without its patch',
      ['upgrade', ...file, '--to', '1.36'],
      '--to 1.36 is not a Kubernetes version: write the patch as well, e.g. 1.36.3',
    ],
    [
      'no version at all',
      ['upgrade', ...file, '--to', 'newest'],
      '--to newest is not a Kubernetes version: write one such as 1.36.3',
    ],
    [
      'no version anywhere',
      ['plan', ...file, '--cluster', 'oslo'],
      'to which version? Name it with --to 1.36.3, or write `version:` for oslo (prod.yaml:10)',
    ],
    ['an unknown cluster', ['plan', ...file, '--cluster', 'pariss'], 'did you mean paris?'],
    ['an unknown node', ['plan', ...file, '--limit', 'w7'], 'there is no node "w7" in the inventory'],
    ['an unknown role', ['plan', ...file, '--only', 'masters'], "argument 'masters' is invalid"],
    [
      'nothing left',
      ['plan', ...file, '--limit', 'w1', '--only', 'control-plane'],
      'no node is left: --limit and --only name nothing in common',
    ],
    [
      'an unknown step',
      ['explain', 'drain-nod'],
      'no step and no playbook is called drain-nod: did you mean "drain-node"?',
    ],
    ['an unknown playbook', ['run', 'upgrad', ...file], 'no playbook is called upgrad'],
    ['a playbook that is not there', ['run', './x.yaml', ...file], 'the playbook ./x.yaml does not exist'],
    [
      'an unknown parameter',
      ['run', 'upgrade', ...file, '--set', 'versoin=1.36.3'],
      'upgrade has no parameter versoin: did you mean "version"?',
    ],
    ['a parameter without a value', ['run', 'upgrade', ...file, '--set', 'version'], '--set version: write name=value'],
    [
      'a parameter of another type',
      ['run', 'upgrade', ...file, '--set', 'version=soon'],
      '--set version=soon: expected a version such as 1.36.3',
    ],
    ['no number', ['run', 'mine.yaml', ...file, '--set', 'count=many'], '--set count=many: expected a number'],
    [
      'neither true nor false',
      ['run', 'mine.yaml', ...file, '--set', 'sure=yes'],
      '--set sure=yes: expected true or false',
    ],
    ['a parameter is missing', ['run', 'upgrade', ...file], 'upgrade needs --set version=…'],
    ['an unknown format', ['plan', ...file, '--output', 'xml'], "argument 'xml' is invalid"],
  ])('%s: exit code 2, said in a line, nothing connected to', async (_what, argv, message) => {
    const { code, stderr, transports } = await told(argv);
    expect(stderr).toContain(message);
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('a playbook with a mistake is told with its place', async () => {
    const files = { '/fleet/mine.yaml': restarting.replace('restart-kubelet', 'restart-kublet') };
    const { code, stderr } = await told(['run', 'mine.yaml', ...file], { files });
    expect(code).toBe(2);
    expect(stderr).toContain('mine.yaml:13:21: phases[0].steps[0].uses: no step is called "restart-kublet"');
    expect(stderr).toContain('did you mean "restart-kubelet"?');
  });

  it('a playbook that does not give a step what it needs is told so', async () => {
    const files = { '/fleet/mine.yaml': restarting.replace('restart-kubelet', 'plan-upgrade') };
    const { code, stderr } = await told(['run', 'mine.yaml', ...file], { files });
    expect(code).toBe(2);
    expect(stderr).toContain('plan-upgrade');
    expect(stderr).toContain('version');
  });

  it('an inventory with a mistake is told with its place', async () => {
    const { code, stderr } = await told(['inventory', 'validate', 'bad.yaml'], {
      files: { '/fleet/bad.yaml': 'kind: Inventory\n' },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('bad.yaml:1:1: ');
  });
});

describe('looking at files only', () => {
  it('a valid inventory', async () => {
    expect(await told(['inventory', 'validate', 'prod.yaml'])).toMatchObject({
      code: 0,
      stdout:
        'paris: 1 control planes, 1 workers, wished version 1.36.3\noslo: 1 control planes, 0 workers\nprod.yaml is valid\n',
      transports: [],
    });
  });

  it('the inventory may be named by the environment', async () => {
    process.env['NODEOPS_INVENTORY'] = 'prod.yaml';
    try {
      expect(await told(['inventory', 'validate'])).toMatchObject({ code: 0 });
    } finally {
      delete process.env['NODEOPS_INVENTORY'];
    }
  });

  it('explains a step', async () => {
    const { code, stdout } = await told(['explain', 'restart-kubelet']);
    expect(code).toBe(0);
    expect(stdout).toContain('  systemctl restart kubelet\n');
    expect(stdout).toContain('Source: ');
  });

  it('lists all steps and gates', async () => {
    const { stdout } = await told(['explain']);
    for (const name of ['drain-node', 'verify-cluster', 'disk-space']) expect(stdout).toContain(`${name} `);
    expect(stdout).toMatch(/\nPlaybooks:\nbackup .*\n(.*\n)*upgrade +Take a cluster/);
  });
});
