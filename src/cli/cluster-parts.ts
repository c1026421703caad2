import { Writable } from 'node:stream';
import { UsageError } from '../model/errors.ts';
import type { RunRecord } from '../ports/journal-store.ts';
import type { Ui } from '../ports/ui.ts';
import type { Parts } from './parts.ts';

/** What one cluster among many says, kept until it can be shown as a whole. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

class Kept extends Writable {
  readonly isTTY: boolean;
  #text = '';

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, written: () => void): void {
    this.#text += chunk.toString();
    written();
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

/** What the clusters of a fleet share while they run side by side. */
export interface SharedRun {
  readonly run: string;
  readonly ui: Ui;
  readonly record: RunRecord;
  /** Whether this cluster is to stop after the step in hand. */
  readonly stopping: () => boolean;
}

/** A cluster comes to its end before the fleet does: what all share stays open. */
const sharing = (parts: Parts, { run, ui, record, stopping }: SharedRun): Partial<Parts> => {
  let ids = 0;
  return {
    stopping,
    // Whatever comes after the run itself, a way back for instance, is a run of its own.
    newRunId: () => (ids++ === 0 ? run : parts.newRunId()),
    ui: () =>
      Promise.resolve({
        begin: (plan) => ui.begin(plan),
        event: (event) => ui.event(event),
        notice: (text) => ui.notice(text),
        end: () => Promise.resolve(),
      }),
    attached: (what) => {
      if (what !== undefined) ui.notice(`${what}: attached`);
    },
    journals: async () => {
      const journals = await parts.journals();
      const once: RunRecord = {
        id: record.id,
        fleet: record.fleet,
        cluster: (name) => record.cluster(name),
        close: () => Promise.resolve(),
      };
      return {
        create: (id) => (id === run ? Promise.resolve(once) : journals.create(id)),
        list: () => journals.list(),
        read: (id) => journals.read(id),
        readCluster: (id, cluster, note) => journals.readCluster(id, cluster, note),
        readWish: (id, cluster) => journals.readWish(id, cluster),
        readBaseline: (id, cluster) => journals.readBaseline(id, cluster),
        audit: (id) => journals.audit(id),
        remove: (id) => journals.remove(id),
      };
    },
  };
};

/** The same program for one cluster among many: nothing that it says mixes with what another one says. */
export const clusterParts = (
  parts: Parts,
  shared?: SharedRun,
): { readonly parts: Parts; readonly take: () => Said } => {
  const stdout = new Kept(parts.stdout.isTTY === true);
  const stderr = new Kept(parts.stderr.isTTY === true);
  return {
    parts: { ...parts, ...(shared === undefined ? {} : sharing(parts, shared)), stdout, stderr },
    take: () => ({ stdout: stdout.take(), stderr: stderr.take() }),
  };
};

const nobody = (): Promise<never> => Promise.reject(new UsageError('nobody is there to be asked'));
const noPrompt: Parts['prompt'] = { ask: nobody, confirm: nobody, secret: nobody };

/**
 * The same program for one cluster that nobody watches: nothing is asked, its view is lines, and what it says is shown in
 * blocks of its own, the plan before what becomes of it.
 */
export const unattendedParts = (parts: Parts): { readonly parts: Parts; readonly show: () => void } => {
  const stdout = new Kept(false);
  const stderr = new Kept(false);
  const show = (): void => {
    parts.stderr.write(stderr.take());
    parts.stdout.write(stdout.take());
  };
  const ui: Parts['ui'] = (output, run) => {
    show();
    return parts.ui(output, run, 'lines');
  };
  return { parts: { ...parts, stdout, stderr, ui, prompt: noPrompt }, show };
};

/** A fault of our own in one cluster is told as its end; the others know nothing of it. */
export const faultText = (cluster: string, error: unknown): string =>
  `${cluster}: nodeops met a fault of its own:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
