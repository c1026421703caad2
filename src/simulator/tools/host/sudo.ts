import { SimulatorGap } from '../../gap.ts';
import { findProgram } from '../../shell/launch.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { readOptions } from './options.ts';

/** What sudo leaves and sets by default. Source: sudoers(5), `env_reset`, `secure_path` of Debian. */
const environment = (call: Call, argv: readonly string[]): ReadonlyMap<string, string> =>
  new Map([
    ...['LANG', 'LC_ALL', 'TERM'].flatMap((name) => {
      const value = call.env.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
    ['HOME', '/root'],
    ['LOGNAME', 'root'],
    ['MAIL', '/var/mail/root'],
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['SHELL', '/bin/bash'],
    ['SUDO_COMMAND', argv.join(' ')],
    ['SUDO_GID', '1000'],
    ['SUDO_UID', '1000'],
    ['SUDO_USER', 'ops'],
    ['USER', 'root'],
  ]);

/** True where root's rights are had. With NOPASSWD the line of standard input is not read (sudo 1.9.13). */
const allowed = (call: Call, fromStdin: boolean, mayAsk: boolean): boolean => {
  if (call.host.sudo === 'free') return true;
  if (!mayAsk || !fromStdin) {
    call.err(
      mayAsk
        ? 'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required\n'
        : 'sudo: a password is required\n',
    );
    return false;
  }
  if (call.line().replace(/\n$/, '') !== '') return true;
  call.err('sudo: no password was provided\n');
  return false;
};

/** sudo(8) without a terminal. Any password that is not empty is the right one. */
export const sudo: Tool = (call) => {
  const options = readOptions(
    {
      program: 'sudo',
      flags: ['-n', '--non-interactive', '-S', '--stdin', '-k', '--reset-timestamp', '-H', '--set-home'],
      valued: ['-p', '--prompt'],
      stopsAtWord: true,
    },
    call.argv.slice(1),
  );
  const argv = options.rest;
  const [program] = argv;
  if (program === undefined || program.includes('='))
    throw new SimulatorGap(`sudo: ${call.argv.join(' ')} is not modelled`);
  const prompt = options.value('-p', '--prompt');
  if (prompt !== undefined && prompt !== '') throw new SimulatorGap('sudo: a prompt is not modelled');
  if (!allowed(call, options.has('-S', '--stdin'), !options.has('-n', '--non-interactive'))) return 1;
  if (!program.includes('/') && findProgram(call.host, call.toolbox, program) === undefined) {
    call.err(`sudo: ${program}: command not found\n`);
    return 1;
  }
  return call.run(argv, { uid: 0, env: environment(call, argv) });
};
