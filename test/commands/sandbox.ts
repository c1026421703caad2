import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { Command } from '../../src/model/command.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly ended: Promise<Ended>;
  /** As systemd stops a unit: every process of it at once. */
  kill(signal: NodeJS.Signals): void;
}

const collect = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('latin1')));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('latin1')));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });

/** A temporary directory with programs of our own on PATH, each of which writes down how it was called. */
export class Sandbox {
  readonly directory = mkdtempSync(join(tmpdir(), 'nodeops-test-'));
  readonly bin = join(this.directory, 'bin');

  constructor() {
    mkdirSync(this.bin);
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }));
  }

  path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  /** A program of that name: `body` is shell; its call is in `calls` before anything else. */
  program(name: string, body = ':'): void {
    const file = join(this.bin, name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> '${this.path('calls')}'\n${body}\n`);
    chmodSync(file, 0o755);
  }

  write(name: string, text: string | Buffer): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'latin1');
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** How the programs were called, in order. */
  get calls(): readonly string[] {
    return this.has('calls') ? this.read('calls').trimEnd().split('\n') : [];
  }

  /** Starts a command as it is, but with the directories of the node below this one. */
  start(command: Command): Started {
    const here = (text: string) =>
      text
        .replaceAll('/var/lib/nodeops', this.path('nodeops'))
        .replaceAll('/etc/kubernetes/manifests', this.path('manifests'))
        .replaceAll('/proc/[0-9]', `${this.path('proc')}/[0-9]`);
    const [program = '', ...args] = command.argv.map(here);
    const env = { PATH: `${this.bin}:${process.env['PATH'] ?? ''}`, TMPDIR: this.directory, ...command.env };
    const child = spawn(program, args, { env, detached: true, cwd: this.directory });
    child.stdin.on('error', () => undefined);
    child.stdin.end(command.stdin ?? '');
    return {
      ended: collect(child),
      kill: (signal) => {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      },
    };
  }

  run(command: Command): Promise<Ended> {
    return this.start(command).ended;
  }

  /** Until a file is there: what a test waits for instead of for a time. */
  async appears(name: string): Promise<void> {
    await vi.waitUntil(() => this.has(name), { timeout: 10_000, interval: 10 });
  }
}
