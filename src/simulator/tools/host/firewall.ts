import { SimulatorGap } from '../../gap.ts';
import type { Call, Tool } from '../../shell/tool.ts';

const refused = (call: Call, program: string): number => {
  call.err(`${program}: Permission denied (you must be root)\n`);
  return 4;
};

const chains = ['INPUT', 'FORWARD', 'OUTPUT'];

const frame = (rules: readonly string[]): string =>
  ['*filter', ...chains.map((chain) => `:${chain} ACCEPT [0:0]`), ...rules, 'COMMIT', ''].join('\n');

/** iptables-save(8): one table, which stands for all. The family of IPv6 has no rules here. */
const save =
  (isSix: boolean): Tool =>
  (call) => {
    if (call.argv.length > 1) throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
    if (call.uid !== 0) return refused(call, 'iptables-save');
    const { rules } = call.host.network;
    if (!isSix && rules.length > 0) call.out(frame(rules));
    return 0;
  };

const isFrame = (line: string): boolean =>
  line === '' || line === '*filter' || line === 'COMMIT' || chains.some((chain) => line.startsWith(`:${chain} `));

/** iptables-restore(8): what was there gives way to what is read. A rule to a chain that is not there is refused. */
const restore =
  (isSix: boolean): Tool =>
  (call) => {
    if (call.argv.length > 1) throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
    if (call.uid !== 0) return refused(call, 'iptables-restore');
    const rules = call
      .stdin()
      .split('\n')
      .filter((line) => !isFrame(line));
    if (isSix) return rules.length === 0 ? 0 : 1;
    const known = new Set(rules.flatMap((rule) => /^:(\S+)/.exec(rule)?.[1] ?? []));
    const dangling = rules.find(
      (rule) => /-j (?:KUBE|CNI)-/.test(rule) && !known.has(/-j (\S+)/.exec(rule)?.[1] ?? ''),
    );
    if (dangling !== undefined) {
      call.err(`iptables-restore: line ${rules.indexOf(dangling) + 5} failed\n`);
      return 1;
    }
    call.host.network.rules = rules;
    return 0;
  };

export const iptablesSave = save(false);
export const iptablesRestore = restore(false);
export const ip6tablesSave = save(true);
export const ip6tablesRestore = restore(true);

/** nft(8) 1.0: `delete table FAMILY NAME` of one that is not there; kube-proxy runs in its mode of iptables. */
export const nft: Tool = (call) => {
  const [, verb, what, family = '', name = '', ...more] = call.argv;
  if (verb !== 'delete' || what !== 'table' || more.length > 0)
    throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
  call.err(`Error: Could not process rule: No such file or directory\ndelete table ${family} ${name}\n`);
  return 1;
};
