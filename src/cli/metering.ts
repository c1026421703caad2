import { resolve } from 'node:path';
import { quote } from '../commands/quote.ts';
import { UsageError } from '../model/errors.ts';
import type { ListenAddress, MetricsServer } from '../ports/metrics-server.ts';
import type { Ui } from '../ports/ui.ts';
import { RunMetrics } from '../report/run-metrics.ts';
import { overheard } from './overheard.ts';
import type { Parts } from './parts.ts';
import { readRuns } from './stored-runs.ts';

export interface MetricsOptions {
  /** A file for node_exporter's textfile collector: `--metrics-file`. */
  readonly metricsFile?: string;
}

/** How the metrics of runs get out. */
export interface Metering {
  /** The same view, whose events are counted as well. */
  readonly counting: (ui: Ui) => Ui;
  text(): Promise<string>;
  /** Resolves once the file says how it ended. */
  settle(): Promise<void>;
}

/** The file is written no more often than that while a run goes on. */
const everyMs = 5000;

/** A file in which nothing would be read. @throws UsageError */
export const checkMetricsFile = async (parts: Parts, { metricsFile }: MetricsOptions): Promise<void> => {
  if (metricsFile === undefined) return;
  const said = quote(['--metrics-file', metricsFile]);
  if (!metricsFile.endsWith('.prom')) throw new UsageError(`${said}: node_exporter reads files that end in .prom`);
  const there = await parts.privateFiles.find(resolve(parts.cwd, metricsFile));
  if (there === 'folder') throw new UsageError(`${said} is a folder: name a file in it`);
  if (there === 'no folder') throw new UsageError(`${said}: there is no such folder`);
};

/** `127.0.0.1:9810`, `[::1]:9810`. @throws UsageError */
export const listenAddress = (text: string): ListenAddress => {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new UsageError(`${quote(['--metrics-listen', text])}: write an address and a port, such as 127.0.0.1:9810`);
};

const lastSuccesses = async (parts: Parts, metrics: RunMetrics): Promise<void> => {
  // The oldest first: what is newer counts.
  for (const { stored } of (await readRuns(parts)).toReversed())
    for (const event of stored?.transitions ?? [])
      if (event.type === 'run-finished' && event.outcome === 'done') metrics.wentWell(event.cluster, event.at);
};

class MetricsFile {
  readonly #parts: Parts;
  readonly #path: string;
  readonly #text: () => Promise<string>;
  #writing: Promise<void> = Promise.resolve();
  #at = -Infinity;
  #trouble: string | undefined;

  constructor(parts: Parts, path: string, text: () => Promise<string>) {
    this.#parts = parts;
    this.#path = path;
    this.#text = text;
  }

  changed(atOnce: boolean): void {
    const now = this.#parts.clock.now();
    if (!atOnce && Math.abs(now - this.#at) < everyMs) return;
    this.#at = now;
    this.#writing = this.#writing.then(() => this.#write());
  }

  /** A disk that refuses is no reason to stop a run. */
  async #write(): Promise<void> {
    try {
      await this.#parts.privateFiles.write(this.#path, await this.#text(), { replace: true, readable: true });
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
  }

  async settle(): Promise<void> {
    this.changed(true);
    await this.#writing;
    if (this.#trouble !== undefined) this.#parts.stderr.write(`note: no metrics were written: ${this.#trouble}\n`);
  }
}

/** Counts what runs do from now on; when each cluster's last one went well is read from the records of this machine. */
export const openMetering = async (parts: Parts, { metricsFile }: MetricsOptions): Promise<Metering> => {
  const metrics = new RunMetrics();
  await lastSuccesses(parts, metrics);
  const text = (): Promise<string> => metrics.text();
  const file = metricsFile === undefined ? undefined : new MetricsFile(parts, resolve(parts.cwd, metricsFile), text);
  return {
    text,
    settle: () => file?.settle() ?? Promise.resolve(),
    counting: (ui) =>
      overheard(ui, {
        begin: (plan) => metrics.begin(plan),
        event: (event) => {
          metrics.event(event);
          file?.changed(event.type === 'run-started' || event.type === 'run-finished');
        },
      }),
  };
};

/** Answers with them over HTTP. @throws UsageError where nothing can listen there. */
export const listen = async (parts: Parts, at: ListenAddress, metering: Metering): Promise<MetricsServer> => {
  try {
    return await parts.serveMetrics(at, () => metering.text());
  } catch (error) {
    throw new UsageError(`--metrics-listen: ${error instanceof Error ? error.message : String(error)}`);
  }
};
