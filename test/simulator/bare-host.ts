import { toBytes } from '../../src/simulator/files/bytes.ts';
import { MemoryFiles, cloneFiles } from '../../src/simulator/files/memory-files.ts';
import { Kernel } from '../../src/simulator/kernel.ts';
import { startProgram, type ProgramEnd, type RunningProgram } from '../../src/simulator/shell/start-line.ts';
import { absent, type Tool, type Toolbox } from '../../src/simulator/shell/tool.ts';
import { textTools } from '../../src/simulator/tools/text/text-tools.ts';
import { byCluster } from '../../src/simulator/world/actor.ts';
import type { Host } from '../../src/simulator/world/host.ts';

export const startMs = Date.UTC(2026, 10, 21, 12);

const base = new MemoryFiles({ now: () => startMs });
base.makeDirectory('/dev', byCluster);
base.makeDevice('/dev/null');
for (const path of ['/tmp', '/root', '/etc', '/var/lib', '/run'])
  base.makeDirectory(path, byCluster, { parents: true });

/** What one program printed and how it ended. */
export interface Said {
  stdout: string;
  stderr: string;
  end: ProgramEnd | undefined;
}

/** A host with files and programs only: what the shell needs of one. */
export class BareHost {
  readonly kernel = new Kernel(startMs);
  readonly files: MemoryFiles;
  readonly host: Host;
  readonly toolbox: Toolbox;
  /** Bytes that are left on its disk. */
  free = Infinity;

  constructor(tools: Readonly<Record<string, Tool>> = {}) {
    this.files = cloneFiles(base, { now: () => this.kernel.now, free: () => this.free });
    this.toolbox = new Map([
      ...textTools(),
      ...['nosuchprogram_x', 'nosuchprogram_y'].map((name) => [name, absent] as const),
      ...Object.entries(tools),
    ]);
    const { kernel, files } = this;
    // The shell and the text tools look at nothing else of a host.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a whole host would need a whole world
    this.host = { kernel, files, name: 'node-1', clockOffsetMs: 0 } as unknown as Host;
  }

  /** Starts a program; `said` fills while the kernel runs. */
  start(
    argv: readonly string[],
    options: { stdin?: string; uid?: number; cwd?: string; env?: ReadonlyMap<string, string> } = {},
  ): { said: Said; program: RunningProgram } {
    const said: Said = { stdout: '', stderr: '', end: undefined };
    const program = startProgram(this.host, {
      argv: argv.map(toBytes),
      toolbox: this.toolbox,
      actor: byCluster,
      onOut: (text) => (said.stdout += text),
      onErr: (text) => (said.stderr += text),
      onEnd: (end) => (said.end = end),
      ...options,
      stdin: toBytes(options.stdin ?? ''),
    });
    return { said, program };
  }

  /** Runs a program to its end. */
  run(argv: readonly string[], options: Parameters<BareHost['start']>[1] = {}): Said {
    const { said } = this.start(argv, options);
    while (said.end === undefined && this.kernel.step());
    return said;
  }

  /** Runs the kernel for a time. */
  pass(ms: number): void {
    const until = this.kernel.now + ms;
    while ((this.kernel.upcoming ?? Infinity) <= until) this.kernel.step();
    this.kernel.now = until;
  }
}
