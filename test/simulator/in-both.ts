import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { byCluster } from '../../src/simulator/world/actor.ts';
import type { Files } from '../../src/simulator/world/files.ts';
import type { Tool } from '../../src/simulator/shell/tool.ts';
import { textTools } from '../../src/simulator/tools/text/text-tools.ts';
import { BareHost, startMs } from './bare-host.ts';

/** Path below the place → text; `-> target` is a link, a path that ends in `/` a directory. */
export type Tree = Readonly<Record<string, string>>;

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | string;
  /** Path → mode and text of what is there afterwards. */
  readonly tree: Readonly<Record<string, string>>;
}

const onDisk = (place: string, tree: Tree): void => {
  for (const [name, text] of Object.entries(tree)) {
    const path = join(place, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/')) continue;
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), path);
    else {
      writeFileSync(path, text, 'latin1');
      if (text.startsWith('#!')) chmodSync(path, 0o755);
      utimesSync(path, startMs / 1000, startMs / 1000);
    }
  }
};

/** Directories last: what is made in one changes its time. */
const settleTimes = (directory: string): void => {
  for (const entry of readdirSync(directory, { withFileTypes: true }))
    if (entry.isDirectory()) settleTimes(join(directory, entry.name));
  utimesSync(directory, startMs / 1000, startMs / 1000);
};

const inMemory = (place: string, tree: Tree, files: Files): void => {
  files.makeDirectory(place, byCluster, { parents: true });
  for (const [name, text] of Object.entries(tree)) {
    const path = join(place, name);
    if (name.endsWith('/')) files.makeDirectory(path.slice(0, -1), byCluster, { parents: true });
    else {
      files.makeDirectory(dirname(path), byCluster, { parents: true });
      if (text.startsWith('-> ')) files.link(text.slice(3), path, byCluster);
      else files.write(path, text, byCluster, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
  }
};

const readDisk = (place: string, at = ''): Record<string, string> => {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(place, at)).toSorted()) {
    const path = join(at, name);
    const stat = lstatSync(join(place, path));
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isDirectory()) Object.assign(found, { [`${path}/`]: mode }, readDisk(place, path));
    else found[path] = stat.isSymbolicLink() ? 'link' : `${mode} ${readFileSync(join(place, path), 'latin1')}`;
  }
  return found;
};

const readMemory = (files: Files, place: string, at = ''): Record<string, string> => {
  const found: Record<string, string> = {};
  for (const name of files.list(join(place, at))) {
    const path = join(at, name);
    const stat = files.linkStat(join(place, path));
    const mode = (stat?.mode ?? 0).toString(8);
    if (stat?.kind === 'directory') Object.assign(found, { [`${path}/`]: mode }, readMemory(files, place, path));
    else found[path] = stat?.kind === 'link' ? 'link' : `${mode} ${files.read(join(place, path))}`;
  }
  return found;
};

export interface Trial {
  readonly argv: readonly string[];
  readonly stdin?: string;
  readonly tree?: Tree;
  readonly env?: Readonly<Record<string, string>>;
  /** Programs that both have: a script for the real shell, and ours. */
  readonly programs?: Readonly<Record<string, { readonly script: string; readonly tool: Tool }>>;
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** `PLACE` stands for where the files are; the only programs are those of the trial, whatever PATH a script sets. */
const here = (text: string, place: string): string =>
  text.replaceAll('PLACE', place).replaceAll(systemPath, `${place}-bin`);

const environment = (trial: Trial, place: string): Record<string, string> => ({
  HOME: '/root',
  LC_ALL: 'C',
  PATH: `${place}-bin`,
  ...trial.env,
});

/** Programs that read and write files only. A script of the product must never meet the real apt or systemd here. */
const harmless = [...textTools().keys()];

const makePrograms = (trial: Trial, bin: string): void => {
  mkdirSync(bin);
  for (const name of harmless) symlinkSync(`/usr/bin/${name}`, join(bin, name));
  for (const [name, { script }] of Object.entries(trial.programs ?? {})) {
    rmSync(join(bin, name), { force: true });
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
};

const real = (trial: Trial, place: string): Outcome => {
  const bin = `${place}-bin`;
  makePrograms(trial, bin);
  const [program = '', ...args] = trial.argv.map((word) => here(word, place));
  const done = spawnSync(join(bin, program), args, {
    argv0: program,
    cwd: place,
    env: environment(trial, place),
    input: Buffer.from(trial.stdin ?? '', 'latin1'),
    encoding: 'latin1',
  });
  rmSync(bin, { recursive: true });
  return { stdout: done.stdout, stderr: done.stderr, code: done.status ?? done.signal ?? '?', tree: readDisk(place) };
};

const simulated = (trial: Trial, place: string, tree: Tree): Outcome => {
  const tools = Object.entries(trial.programs ?? {}).map(([name, { tool }]) => [name, tool] as const);
  const machine = new BareHost(Object.fromEntries(tools));
  inMemory(place, tree, machine.files);
  const { stdout, stderr, end } = machine.run(
    trial.argv.map((word) => here(word, place)),
    { cwd: place, env: new Map(Object.entries(environment(trial, place))), stdin: trial.stdin ?? '' },
  );
  const code = end === undefined ? 'no end' : 'code' in end ? end.code : `SIG${end.signal}`;
  return { stdout, stderr, code, tree: readMemory(machine.files, place) };
};

/** Runs the same program on the same files really and simulated. */
export const inBoth = (trial: Trial): { readonly real: Outcome; readonly simulated: Outcome } => {
  const place = mkdtempSync(join(tmpdir(), 'nodeops-both-'));
  const tree = Object.fromEntries(Object.entries(trial.tree ?? {}).map(([name, text]) => [name, here(text, place)]));
  try {
    onDisk(place, tree);
    settleTimes(place);
    const outcomes = { simulated: simulated(trial, place, tree), real: real(trial, place) };
    return outcomes;
  } finally {
    rmSync(place, { recursive: true });
  }
};
