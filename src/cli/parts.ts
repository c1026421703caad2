import type { FleetOutline } from '../model/fleet.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { BackupPlaces } from '../ports/backup-places.ts';
import type { Cipher } from '../ports/cipher.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { JournalStore } from '../ports/journal-store.ts';
import type { LivePage } from '../ports/live-page.ts';
import type { LocalCommands } from '../ports/local-commands.ts';
import type { ServeMetrics } from '../ports/metrics-server.ts';
import type { Processes } from '../ports/processes.ts';
import type { PrivateFiles } from '../ports/private-files.ts';
import type { Prober } from '../ports/prober.ts';
import type { Prompt } from '../ports/prompt.ts';
import type { RunControls } from '../ports/run-controls.ts';
import type { Transport } from '../ports/transport.ts';
import type { Ui } from '../ports/ui.ts';
import type { Web } from '../ports/web.ts';
import type { Webhooks } from '../ports/webhooks.ts';

export type OutputFormat = 'text' | 'json';

export interface TransportWishes {
  /** A dry run, a query: nothing that writes gets as far as a connection. */
  readonly refuseWrites: boolean;
  readonly acceptNewHostKeys: boolean;
}

/** What main.ts puts together: everything that a command needs of the world outside. Adapters are loaded when asked for. */
export interface Parts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly version: string;
  readonly operator: { readonly user: string; readonly host: string };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly prompt: Prompt;
  readonly processes: Processes;
  /** Reads a text file by its absolute path; throws as `node:fs` does. */
  readonly readFile: (path: string) => string;
  readonly privateFiles: PrivateFiles;
  /** Everything on standard input. */
  stdin(): Promise<string>;
  /** Copies a file for the operator's eyes only (0600); throws as `node:fs` does, also where something is there. */
  copyFile(from: string, to: string): Promise<void>;
  /** Names of the files of a directory. */
  listDirectory(path: string): readonly string[];
  /** Where the shipped playbooks are. */
  readonly playbooks: string;
  transport(wishes: TransportWishes): Promise<Transport>;
  artifacts(): Promise<ArtifactStore>;
  /** Where backups go; nothing that writes gets there where the wishes refuse it. */
  backupPlaces(wishes: TransportWishes): Promise<BackupPlaces>;
  cipher(): Promise<Cipher>;
  /** Asks what is watched while a run goes on; absent where nothing is. */
  readonly prober?: () => Promise<Prober>;
  /** Commands on this machine. */
  localCommands(): Promise<LocalCommands>;
  /** Metrics over HTTP. */
  readonly serveMetrics: ServeMetrics;
  /** What is asked over the net from this machine. */
  web(): Promise<Web>;
  journals(): Promise<JournalStore>;
  /** What other processes ask of runs. */
  controls(): Promise<RunControls>;
  /** Who is told of runs beside the operator: one for the whole program. */
  webhooks(): Promise<Webhooks>;
  /**
   * The view for the operator together with the log files of a run; `lines`: none that is redrawn, even on a terminal;
   * an outline: of all clusters in it.
   */
  ui(output: OutputFormat, run: string, view?: 'lines' | FleetOutline): Promise<Ui>;
  /** Something to look at again and again; absent, or undefined, where no terminal shows it. */
  readonly page?: () => Promise<LivePage | undefined>;
  newRunId(): string;
  /** True once the operator asked to stop with Ctrl-C. */
  readonly stopping: () => boolean;
  /** From now on a signal asks to stop, also while no run goes on; `tell` says so. */
  readonly heed: (tell: (text: string) => void) => void;
  /** A command of an earlier run is waited for: Ctrl-C now lets go of it, saying `what`. Undefined once it ended. */
  readonly attached: (what: string | undefined) => void;
}
