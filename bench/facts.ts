import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runScript, whole } from '../scripts/command-line.ts';
import { startHosts, type Hosts } from './hosts.ts';
import { compare, standingsText, type Contender } from './measure.ts';
import { pythonTools } from './tools.ts';

const usage = `What is known of many hosts over SSH: nodeops against plain ssh, Ansible and pyinfra.

  npm run -s bench:facts                     100 hosts on loopback, five rounds
  npm run -s bench:facts -- --hosts 20 --rounds 3

Each contender is asked in turn, round after round; medians are printed, and what nodeops needs in proportion to each
other. All are asked for the distribution. nodeops asks each host once (a control plane twice). Everything runs on this machine: processor time is that of the client alone.
`;

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const nodeops = ({ directory, addresses, user, port, key, knownHosts }: Hosts): Contender => {
  const file = join(directory, 'inventory.yaml');
  const nodes = addresses.map(
    (address, index) =>
      `  - { name: n${index}, host: ${address}, role: ${index === 0 ? 'control-plane' : 'worker'} }\n`,
  );
  writeFileSync(
    file,
    `apiVersion: nodeops/v1\nkind: Inventory\nssh: { user: ${user}, port: ${port}, identityFile: ${key}, knownHostsFile: ${knownHosts}, agent: false }\nbecome: none\nnodes:\n${nodes.join('')}`,
  );
  return {
    name: 'nodeops',
    command: { argv: [process.execPath, program, 'facts', '-i', file, '-o', 'json', '--fact', 'operating-system'] },
  };
};

const question =
  'uname -sr; . /etc/os-release; echo "$ID $VERSION_ID"; cat /proc/sys/kernel/random/boot_id /proc/uptime';

const sshOptions = ({ key, knownHosts, port, user }: Hosts): readonly string[] => [
  '-F',
  'none',
  '-o',
  `UserKnownHostsFile=${knownHosts}`,
  '-o',
  'IdentitiesOnly=yes',
  '-o',
  'BatchMode=yes',
  '-i',
  key,
  '-p',
  String(port),
  '-l',
  user,
];

const throughXargs = (hosts: Hosts, ...more: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  'printf "%s\\n" "$0" | tr " " "\\n" | xargs -P 16 -I{} "$@"',
  hosts.addresses.join(' '),
  'ssh',
  ...sshOptions(hosts),
  ...more,
  '{}',
  question,
];

const plainSsh = (hosts: Hosts): Contender => ({
  name: 'ssh with xargs -P 16',
  command: { argv: throughXargs(hosts) },
});

/** Its masters are begun by a first, uncounted run. */
const warmSsh = (hosts: Hosts): Contender => {
  mkdirSync(join(hosts.directory, 'm'));
  const argv = throughXargs(
    hosts,
    '-o',
    'ControlMaster=auto',
    '-o',
    `ControlPath=${hosts.directory}/m/%C`,
    '-o',
    'ControlPersist=600',
  );
  execFileSync(argv[0] ?? '', argv.slice(1), { stdio: 'ignore' });
  return { name: 'the same over connections that are there (ControlMaster)', command: { argv } };
};

const ansible = (hosts: Hosts, bin: string): Contender => {
  const { directory, addresses, key, knownHosts, port, user } = hosts;
  const file = join(directory, 'ansible.ini');
  writeFileSync(file, `[all]\n${addresses.join('\n')}\n`);
  return {
    name: 'Ansible (setup, gather_subset=!all,!min,distribution; pipelining, 16 forks)',
    command: {
      argv: [
        join(bin, 'ansible'),
        'all',
        '-i',
        file,
        '-f',
        '16',
        '-m',
        'ansible.builtin.setup',
        '-a',
        'gather_subset=!all,!min,distribution',
        '-u',
        user,
        '--private-key',
        key,
        '-e',
        `ansible_port=${port}`,
        '-e',
        'ansible_python_interpreter=/usr/bin/python3',
      ],
      cwd: directory,
      env: {
        ANSIBLE_PIPELINING: 'True',
        // Each round begins without connections, as all others do.
        ANSIBLE_SSH_ARGS: `-F none -o ControlMaster=no -o UserKnownHostsFile=${knownHosts}`,
        ANSIBLE_LOCAL_TEMP: join(directory, 'ansible-tmp'),
        ANSIBLE_NOCOLOR: '1',
        // The client needs a locale of this encoding.
        LC_ALL: 'C.UTF-8',
      },
    },
  };
};

const pyinfra = (hosts: Hosts, bin: string): Contender => {
  const { directory, addresses, key, knownHosts, port, user } = hosts;
  const settings = { ssh_port: port, ssh_user: user, ssh_key: key, ssh_known_hosts_file: knownHosts };
  const file = join(directory, 'pyinfra_hosts.py');
  writeFileSync(file, `hosts = [${addresses.map((each) => `("${each}", ${JSON.stringify(settings)})`).join(', ')}]\n`);
  return {
    name: 'pyinfra (fact server.LinuxDistribution, 16 at once)',
    command: {
      argv: [join(bin, 'pyinfra'), '-y', '--parallel', '16', file, 'fact', 'server.LinuxDistribution'],
      cwd: directory,
    },
  };
};

const tell = (text: string): void => void process.stderr.write(text);

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      hosts: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '5' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const [count, rounds] = [whole('hosts', values.hosts, 1), whole('rounds', values.rounds, 1)];
  execFileSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' });
  const bin = pythonTools(tell);
  const hosts = await startHosts(count);
  try {
    const contenders = [nodeops(hosts), plainSsh(hosts), warmSsh(hosts), ansible(hosts, bin), pyinfra(hosts, bin)];
    const standings = await compare(contenders, rounds, tell);
    process.stdout.write(`${count} hosts, medians of ${rounds} rounds\n\n${standingsText(standings)}`);
  } finally {
    await hosts.stop();
  }
  return 0;
});
