import { createHash } from 'node:crypto';
import { SimulatorGap } from '../../gap.ts';
import { Kept } from '../../kept.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { eachInput, inputsOf } from './input.ts';
import { readOptions } from './options.ts';

const setClasses: Readonly<Record<string, string>> = {
  space: '\t\n\v\f\r ',
  blank: '\t ',
  digit: '0123456789',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  print: Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join(''),
};
const setEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', f: '\f', v: '\v' };

const sets = new Kept<string>(200);

/** The characters of a set of tr(1). */
const setOf = (text: string): string => sets.of(text, readSet);

const readSet = (text: string): string => {
  const chars: string[] = [];
  const token = /\[:(\w+):\]|\\([0-7]{1,3})|\\([^])|([^])/g;
  let range = false;
  for (const [whole, name, octal, escaped, plain = ''] of text.matchAll(token)) {
    if (name !== undefined) {
      const known = setClasses[name];
      if (known === undefined) throw new SimulatorGap(`tr: ${whole}`);
      chars.push(...known.split(''));
      continue;
    }
    const char =
      octal === undefined
        ? escaped === undefined
          ? plain
          : (setEscapes[escaped] ?? escaped)
        : String.fromCharCode(Number.parseInt(octal, 8));
    if (range) {
      const from = chars.at(-1)?.charCodeAt(0) ?? 0;
      for (let code = from + 1; code <= char.charCodeAt(0); code++) chars.push(String.fromCharCode(code));
      range = false;
    } else if (whole === '-' && chars.length > 0) range = true;
    else chars.push(char);
  }
  return chars.join('') + (range ? '-' : '');
};

/** tr(1): translating, -d, -s of what was translated or of one set, -c with -d. */
export const tr: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'dsc', operandsEnd: true });
  const [first, second] = options.operands.map(setOf);
  if (first === undefined || (options.has('c') && !options.has('d'))) throw new SimulatorGap(call.argv.join(' '));
  const text = call.stdin();
  if (options.has('d')) {
    if (options.has('s')) throw new SimulatorGap(call.argv.join(' '));
    const keeps = options.has('c');
    let rest = '';
    for (let at = 0; at < text.length; at++) if (first.includes(text.charAt(at)) === keeps) rest += text.charAt(at);
    call.out(rest);
    return 0;
  }
  const to = second ?? first;
  if (to === '') throw new SimulatorGap(call.argv.join(' '));
  call.out(
    first.length === 1 && !options.has('s')
      ? text.split(first).join(to.charAt(0))
      : translated(text, first, to, options.has('s')),
  );
  return 0;
};

const translated = (text: string, from: string, to: string, squeezes: boolean): string => {
  let result = '';
  /** The last character, where it may not be repeated. */
  let last = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const place = from.lastIndexOf(char);
    const made = place === -1 ? char : to.charAt(Math.min(place, to.length - 1));
    if (squeezes && place !== -1 && made === last && to.includes(made)) continue;
    result += made;
    last = made;
  }
  return result;
};

const counted = (text: string, letter: string): number => {
  if (letter === 'c') return text.length;
  if (letter === 'l') return text.split('\n').length - 1;
  return text.split(/\s+/).filter((word) => word !== '').length;
};

/** wc(1): -c, -l, -w. */
export const wc: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'clw', long: { bytes: 'c', lines: 'l', words: 'w' } });
  const letters = ['l', 'w', 'c'].filter((letter) => options.has(letter));
  if (letters.length !== 1 || options.operands.length > 1) throw new SimulatorGap(call.argv.join(' '));
  return eachInput(call, inputsOf(options.operands), (text, name) =>
    call.out(`${counted(text, letters[0] ?? '')}${name === '-' ? '' : ` ${name}`}\n`),
  );
};

/** od(1) as `-An -v -tx1` only. */
export const od: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'v', values: 'At' });
  if (options.get('A') !== 'n' || options.get('t') !== 'x1' || !options.has('v'))
    throw new SimulatorGap(call.argv.join(' '));
  return eachInput(call, inputsOf(options.operands), (text) => {
    const pairs = Buffer.from(text, 'latin1').toString('hex').match(/../g) ?? [];
    for (let at = 0; at < pairs.length; at += 16) call.out(` ${pairs.slice(at, at + 16).join(' ')}\n`);
  });
};

const digest =
  (algorithm: string): Tool =>
  (call) => {
    const { operands } = readOptions(call.argv, { flags: 'b' });
    return eachInput(call, inputsOf(operands), (text, name) =>
      call.out(`${createHash(algorithm).update(text, 'latin1').digest('hex')}  ${name}\n`),
    );
  };

/** `sha256sum --check --quiet FILE`: what is not as its line says. Source: coreutils 9.1, md5sum.c. */
const checkSums = (call: Call, sums: string): number => {
  const { files } = call.host;
  const lines = files.read(call.path(sums)).split('\n').slice(0, -1);
  const failed: string[] = [];
  for (const line of lines) {
    const [, sum, name = ''] = /^([\da-f]{64})  (.+)$/.exec(line) ?? [];
    if (sum === undefined || files.stat(call.path(name))?.kind !== 'file')
      throw new SimulatorGap(`sha256sum: the line ${line} of ${sums}`);
    const is = createHash('sha256')
      .update(files.read(call.path(name)), 'latin1')
      .digest('hex');
    if (is !== sum) failed.push(name);
  }
  call.out(failed.map((name) => `${name}: FAILED\n`).join(''));
  if (failed.length > 0)
    call.err(`sha256sum: WARNING: ${failed.length} computed checksum${failed.length === 1 ? '' : 's'} did NOT match\n`);
  return failed.length > 0 ? 1 : 0;
};

/** sha256sum(1); --check only with --quiet. */
export const sha256sum: Tool = (call) => {
  const [, option, quiet, sums, ...rest] = call.argv;
  if (option !== '--check') return digest('sha256')(call);
  if (quiet !== '--quiet' || sums === undefined || rest.length > 0) throw new SimulatorGap(call.argv.join(' '));
  return checkSums(call, sums);
};
/** md5sum(1), without -c. */
export const md5sum: Tool = digest('md5');

/** base64(1): encoding, and -d. */
export const base64: Tool = (call) => {
  const options = readOptions(call.argv, { flags: 'd', values: 'w', long: { decode: 'd', wrap: 'w' } });
  const width = Number(options.get('w') ?? '76');
  return eachInput(call, inputsOf(options.operands), (text) => {
    if (options.has('d')) return call.out(Buffer.from(text, 'base64').toString('latin1'));
    const encoded = Buffer.from(text, 'latin1').toString('base64');
    if (width === 0) return call.out(encoded);
    return call.out((encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).map((line) => `${line}\n`).join(''));
  });
};
