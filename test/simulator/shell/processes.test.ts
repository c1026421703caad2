import { describe, expect, it } from 'vitest';
import { SimulatorGap } from '../../../src/simulator/gap.ts';
import { processesOf } from '../../../src/simulator/shell/proc.ts';
import { absent, type Call, type Tool } from '../../../src/simulator/shell/tool.ts';
import type { Task } from '../../../src/simulator/kernel.ts';
import { byCluster } from '../../../src/simulator/world/actor.ts';
import { BareHost, startMs } from '../bare-host.ts';

const sh = (script: string): readonly string[] => ['sh', '-c', script];

function* working(call: Call): Task<number> {
  for (let turn = 1; turn <= 3; turn++) {
    call.out(`turn ${turn}\n`);
    yield call.host.kernel.now + 1000;
  }
  return 0;
}
const work: Tool = (call) => working(call);

function* patient(call: Call): Task<number> {
  call.catches('TERM');
  yield call.host.kernel.now + 60_000;
  call.out(`${call.signalled()} after ${call.host.kernel.now - startMs} ms\n`);
  return 7;
}

/** When the file of descriptor 9 was closed, beside the program `look`. */
const holding = (script: string): readonly string[] => {
  const seen: string[] = [];
  const lock: Tool = (call) => {
    call.descriptor(9)?.onClose(() => seen.push('closed'));
    return 0;
  };
  const look: Tool = () => {
    seen.push('looked');
    return 0;
  };
  new BareHost({ lock, look }).run(sh(script));
  return seen;
};

const kubelet: Tool = (call) => {
  call.out(`kubelet as ${call.argv.join(' ')}\n`);
  return 0;
};

describe('virtual time', () => {
  it('passes while a program sleeps, in a subshell, a pipeline and a substitution too', () => {
    const machine = new BareHost();
    const { stdout } = machine.run(
      sh(
        'date +%s; sleep 2; date +%s; (sleep 3); x=$(sleep 0.5; date +%s.%N); echo $x | { read -r y; sleep 1; echo $y; }',
      ),
    );
    const start = startMs / 1000;
    expect(stdout).toBe(`${start}\n${start + 2}\n${start + 5}.500000000\n`);
    expect(machine.kernel.now).toBe(startMs + 6500);
  });

  it('shows in a file what a program has written so far', () => {
    const machine = new BareHost({ work });
    const { said } = machine.start(sh('work > /tmp/output 2>&1; echo done >> /tmp/output'));
    machine.pass(1500);
    expect(machine.run(sh('tail -c +3 /tmp/output | head -c 8')).stdout).toBe('rn 1\ntur');
    expect(said.end).toBeUndefined();
    machine.pass(5000);
    expect(machine.files.read('/tmp/output')).toBe('turn 1\nturn 2\nturn 3\ndone\n');
  });

  it('keeps a file that another one was moved over for who has it open', () => {
    const machine = new BareHost({ work });
    machine.start(sh('work > /tmp/log'));
    machine.pass(500);
    machine.run(sh('echo new > /tmp/new; mv /tmp/new /tmp/log'));
    machine.pass(5000);
    expect(machine.files.read('/tmp/log')).toBe('new\n');
  });
});

describe('signals', () => {
  it.each([
    [
      'end a shell at once, and its trap of EXIT is not run',
      "trap 'echo bye' EXIT; sleep 9; echo never",
      '',
      { signal: 'TERM' },
    ],
    [
      'run the trap of the signal, and an exit in it that of EXIT',
      "trap 'echo bye $?' EXIT; trap 'exit 143' TERM; sleep 9",
      'bye 143\n',
      { code: 143 },
    ],
    ['run a trap, and the shell goes on', "trap 'echo got' TERM; sleep 9; echo $?", 'got\n143\n', { code: 0 }],
    ['are not seen where they are ignored', "trap '' TERM; sleep 9; echo slept", 'slept\n', { code: 0 }],
    [
      'end a subshell whose shell has a trap',
      "trap 'echo got' TERM; (sleep 9; echo never); echo on",
      'got\non\n',
      { code: 0 },
    ],
    ['end what a substitution runs', 'x=$(sleep 9; echo never); echo never', '', { signal: 'TERM' }],
    [
      'end what sudo, env and timeout started',
      'env timeout 60 sh -c "sleep 9; echo never"; echo never',
      '',
      { signal: 'TERM' },
    ],
  ] as const)('%s', (_, script, stdout, end) => {
    const machine = new BareHost();
    const { said, program } = machine.start(sh(script));
    machine.pass(1000);
    program.signal('TERM');
    machine.pass(20_000);
    expect(said).toMatchObject({ stdout, end });
  });

  it('SIGKILL ends all of them in the middle, and closes what they had open', () => {
    const closed: string[] = [];
    const watch: Tool = (call) => {
      call.descriptor(9)?.onClose(() => closed.push('closed'));
      return 0;
    };
    const machine = new BareHost({ watch });
    const { said, program } = machine.start(
      sh("trap 'echo bye' EXIT; exec 9<>/tmp/lock; watch; (sleep 9; echo never)"),
    );
    machine.pass(1000);
    expect(closed).toEqual([]);
    program.signal('KILL');
    expect(said).toEqual({ stdout: '', stderr: '', end: { signal: 'KILL' } });
    expect(closed).toEqual(['closed']);
    expect(processesOf(machine.host).size).toBe(0);
    machine.pass(20_000);
    expect(said.stdout).toBe('');
  });

  it('a program that catches one is told in its pause', () => {
    const machine = new BareHost({ patient: (call) => patient(call) });
    const { said, program } = machine.start(sh("trap 'echo trapped' TERM; patient; echo $?"));
    machine.pass(250);
    program.signal('TERM');
    machine.pass(1000);
    expect(said.stdout).toBe('TERM after 250 ms\ntrapped\n7\n');
  });
});

describe('a lost reader', () => {
  it.each([
    ['SIGPIPE ends who writes', 'sleep 1; echo a > /tmp/a; echo b; echo c > /tmp/c', { signal: 'PIPE' }, ['a']],
    ['a program dies of it, its shell not', 'sleep 1; printf x | cat; echo $? > /tmp/a', { code: 0 }, ['a']],
    ['where it is ignored the shell goes on', "trap '' PIPE; sleep 1; echo b; echo $? > /tmp/a", { code: 0 }, ['a']],
    ['who does not write is not touched', 'sleep 1; echo a > /tmp/a', { code: 0 }, ['a']],
  ] as const)('%s', (_, script, end, files) => {
    const machine = new BareHost();
    const { said, program } = machine.start(sh(script));
    program.loseReader();
    machine.pass(5000);
    expect(said).toEqual({ stdout: '', stderr: '', end });
    expect(machine.files.list('/tmp')).toEqual(files);
  });
});

describe('a full disk', () => {
  it.each([
    [
      'cat > /tmp/f; echo $?; echo x > /tmp/g; echo $?',
      '1\n1\n',
      'cat: write error: No space left on device\nsh: 1: echo: echo: I/O error\n',
    ],
    ['cp /tmp/full /tmp/f; echo $?', '1\n', "cp: error writing '/tmp/f': No space left on device\n"],
    ['set -e; printf %s abc > /tmp/f; echo never', '', 'sh: 1: printf: printf: I/O error\n'],
  ])('%s', (script, stdout, stderr) => {
    const machine = new BareHost();
    machine.files.write('/tmp/full', 'full', byCluster);
    machine.free = 0;
    expect(machine.run(sh(script), { stdin: 'input' })).toMatchObject({ stdout, stderr });
  });
});

describe('descriptors', () => {
  it.each([
    ['stay open until the shell ends', 'exec 9<>/tmp/l; lock; look', ['looked', 'closed']],
    [
      'stay open in the shell where a program is not given them',
      'exec 9<>/tmp/l; lock; look 9<&-; exit "$?"',
      ['looked', 'closed'],
    ],
    [
      'go where the last command of -c runs in the place of the shell',
      'exec 9<>/tmp/l; lock; look 9<&-',
      ['closed', 'looked'],
    ],
    ['stay where a trap keeps the shell alive', 'trap : EXIT; exec 9<>/tmp/l; lock; look 9<&-', ['looked', 'closed']],
    ['go when they are closed', 'exec 9<>/tmp/l; lock; exec 9<&-; look; :', ['closed', 'looked']],
    ['are shared with subshells', 'exec 9<>/tmp/l; lock; (exec 9<&-; look); look; :', ['looked', 'looked', 'closed']],
    ['end with the subshell that opened them', '(exec 9<>/tmp/l; lock); look', ['closed', 'looked']],
    ['end with the group that opened them', '{ lock; } 9<>/tmp/l; look', ['closed', 'looked']],
  ])('%s', (_, script, expected) => expect(holding(script)).toEqual(expected));
});

describe('what is not modelled', () => {
  it.each([
    'nothing-known-by-this-name',
    'sed --posix p /tmp/x',
    'sleep 1 &',
    'eval "echo a"',
    'times',
    'sed "s/a/b/w f" /tmp/x',
    'grep -P x /tmp/x',
    "awk 'BEGIN { print 1 }'",
    'date -R',
    'find /tmp -ls',
    'stat /tmp',
  ])('%s is a gap', (script) => {
    const machine = new BareHost();
    machine.files.write('/tmp/x', 'x\n', byCluster);
    expect(() => machine.run(sh(script))).toThrow(SimulatorGap);
  });

  it('a program that the host does not have is not found', () => {
    const machine = new BareHost({ kubeadm: absent });
    const { stdout, stderr } = machine.run(
      sh('kubeadm version; echo $?; command -v kubeadm || echo none; env kubeadm'),
    );
    expect({ stdout, stderr }).toEqual({
      stdout: '127\nnone\n',
      stderr: 'sh: 1: kubeadm: not found\nenv: \xe2\x80\x98kubeadm\xe2\x80\x99: No such file or directory\n',
    });
  });
});

describe('programs by their path', () => {
  it('a link below /proc leads to the program that runs, also when its file has been replaced', () => {
    const machine = new BareHost({ kubelet });
    machine.files.compute('/proc', {
      kind: 'directory',
      list: () => ['7'],
      get: (pid) =>
        pid === '7'
          ? {
              kind: 'directory',
              list: () => ['exe'],
              get: () => ({ kind: 'link', target: () => '/usr/bin/kubelet (deleted)' }),
            }
          : undefined,
    });
    expect(machine.run(sh('pid=7; /proc/"$pid"/exe --version; /proc/8/exe; echo $?'))).toMatchObject({
      stdout: 'kubelet as /proc/7/exe --version\n127\n',
      stderr: 'sh: 1: /proc/8/exe: not found\n',
    });
  });

  it('a script is run by its interpreter, as root only where others may not', () => {
    const machine = new BareHost();
    machine.files.write('/tmp/script', '#!/bin/sh\necho "$0 $1"\n', byCluster, { mode: 0o700 });
    expect(machine.run(sh('/tmp/script a; cat /tmp/script | wc -l')).stdout).toBe('/tmp/script a\n2\n');
    const other = machine.run(sh('cat /tmp/script; cat < /tmp/script; echo x > /etc/x; id -u'), { uid: 1000 });
    expect(other).toMatchObject({
      stdout: '1000\n',
      stderr:
        'cat: /tmp/script: Permission denied\nsh: 1: cannot open /tmp/script: Permission denied\nsh: 1: cannot create /etc/x: Permission denied\n',
    });
  });
});

describe('text', () => {
  it('is bytes: what comes in as Unicode is its UTF-8', () => {
    const machine = new BareHost();
    const { stdout } = machine.run(sh("cat; printf '%s' 'é' | wc -c; printf '€' | head -c 1 | od -An -v -tx1"), {
      stdin: '€',
    });
    expect(Buffer.from(stdout, 'latin1').toString('utf8')).toBe('€2\n e2\n');
  });
});
