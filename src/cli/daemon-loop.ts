import { Places } from '../fleet/places.ts';
import { Rota } from '../fleet/rota.ts';
import { opensNext } from '../gates/window.ts';
import type { Cluster } from '../model/cluster.ts';
import { exitCode, UsageError, worse } from '../model/errors.ts';
import type { RunOutcome } from '../model/event.ts';
import { windowAt } from '../model/maintenance-window.ts';
import type { AtOnce } from '../model/wave.ts';
import type { ListenAddress } from '../ports/metrics-server.ts';
import { unattendedParts, faultText } from './cluster-parts.ts';
import { loadSelection, type SelectionOptions } from './inventory.ts';
import { checkWebhooks } from './notify.ts';
import { outcomeOf } from './outcome-code.ts';
import type { Metering } from './metering.ts';
import type { Parts } from './parts.ts';
import { runPlaybook } from './playbook-run.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { standingOrder, type StandingOrder } from './standing-order.ts';
import { checkCheckSecrets } from './wave-checks.ts';

export interface DaemonOptions extends SelectionOptions, Pick<PlaybookOptions, 'output' | 'parallel'> {
  readonly acceptNewHostKeys?: boolean;
  readonly drain?: string;
  readonly maxApiDowntime?: string;
  readonly metricsFile?: string;
  readonly metricsListen?: ListenAddress;
  /** Gives every cluster whose window is open its turn, and ends. */
  readonly once?: boolean;
}

/** How often windows are looked at. */
const lookEveryMs = 30_000;
/** How often the inventory is read anew; it is as well before anything is begun. */
const readEveryMs = 300_000;
/** What has to wait for something else is asked again so often. */
const askAgainMs = 300_000;
/** The longest that a signal waits while nothing is done. */
const blinkMs = 1000;
/** How many clusters go at once where neither option nor wave says so. */
const usually = 10;

const endWords: Readonly<Record<RunOutcome, string>> = {
  done: 'done',
  failed: 'failed: a person has to look at it',
  blocked: 'blocked: a person has to look at it',
  drift: 'not as its saved plan says: a person has to look at it',
  interrupted: 'stopped after the step in hand',
  'outside-window': 'no time is left in this window: it goes on in the next',
};

interface Chosen {
  readonly clusters: readonly Cluster[];
  /** Every cluster of the inventory. */
  readonly all: readonly Cluster[];
}

/** What it works with. */
export type Working = DaemonOptions & { readonly inventory: string; readonly metering?: Metering };

/** Looks at windows again and again, and gives each cluster its turn. */
export class Daemon {
  #worst: number = exitCode.done;
  readonly #parts: Parts;
  readonly #options: Working;
  readonly #rota = new Rota();
  readonly #inHand = new Map<string, Promise<void>>();
  readonly #places = new Places(Infinity);
  /** By cluster, or empty for the inventory: what was told last. */
  readonly #told = new Map<string, string>();
  #ended = new AbortController();
  #loadedAt = -Infinity;
  #chosen: Chosen;

  /** @throws UsageError for an inventory that is none, or in which no cluster has a window. */
  constructor(parts: Parts, options: Working) {
    this.#parts = parts;
    this.#options = options;
    this.#chosen = this.#load();
    if (this.#chosen.clusters.every(({ window }) => window === undefined))
      throw new UsageError(
        'none of the chosen clusters has a `window:`: nothing says when they may be worked on\n    write one, e.g. window: { cron: "0 1 * * SAT", duration: 4h, timezone: Europe/Paris }',
      );
  }

  #load(): Chosen {
    const { inventory } = this.#options;
    const clusters = loadSelection(this.#parts, this.#options).map(({ cluster }) => cluster);
    const all = loadSelection(this.#parts, { inventory }).map(({ cluster }) => cluster);
    checkWebhooks(this.#parts, all);
    checkCheckSecrets(this.#parts, all);
    this.#loadedAt = this.#parts.clock.now();
    return { clusters, all };
  }

  #loadWhereStale(): void {
    const now = this.#parts.clock.now();
    if (Math.abs(now - this.#loadedAt) >= readEveryMs) this.#loadAgain();
  }

  /** An inventory that was spoilt while it is being edited: the one before counts until it is whole again. */
  #loadAgain(): void {
    try {
      this.#chosen = this.#load();
      this.#told.delete('');
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#loadedAt = this.#parts.clock.now();
      this.#tellOnce('', `${error.message}\n    until that is mended, the inventory counts as it was before`);
    }
  }

  #say(text: string): void {
    const { clock, stdout, stderr } = this.#parts;
    const at = new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ');
    (this.#options.output === 'text' ? stdout : stderr).write(`${at}Z ${text}\n`);
  }

  #tellOnce(about: string, text: string): void {
    if (this.#told.get(about) === text) return;
    this.#told.set(about, text);
    this.#say(about === '' ? text : `${about}: ${text}`);
  }

  /** With how many others it goes at once: of the wave, or of all, beside what the inventory says of its labels. */
  #atOnce({ wave, atOnce = [] }: Cluster): readonly AtOnce[] {
    const { parallel } = this.#options;
    // No label has an empty key.
    const value = parallel === undefined ? (wave?.name ?? '') : '';
    return [{ label: '', value, most: parallel ?? wave?.parallel ?? usually }, ...atOnce];
  }

  async #begin({ name }: Cluster, { wishes, consent }: Extract<StandingOrder, { kind: 'begin' }>): Promise<number> {
    const { output, acceptNewHostKeys, inventory, metering } = this.#options;
    const own = unattendedParts(this.#parts);
    try {
      const code = await runPlaybook(own.parts, wishes, {
        output,
        inventory,
        yes: true,
        cluster: [name],
        ...consent,
        ...(acceptNewHostKeys === undefined ? {} : { acceptNewHostKeys }),
        ...(metering === undefined ? {} : { metering }),
      });
      await metering?.settle();
      return code;
    } catch (error) {
      own.parts.stderr.write(error instanceof UsageError ? `${name}: ${error.message}\n` : faultText(name, error));
      return exitCode.failed;
    } finally {
      own.show();
    }
  }

  async #turn(cluster: Cluster, until: number): Promise<void> {
    const { clock } = this.#parts;
    const { name } = cluster;
    if (this.#parts.stopping()) return;
    const order = await standingOrder(unattendedParts(this.#parts).parts, cluster, this.#chosen.all, this.#options);
    if (order.kind === 'wait') {
      this.#rota.askLater(name, clock.now() + askAgainMs);
      this.#tellOnce(name, `not begun: ${order.why}`);
      return;
    }
    this.#rota.hadTurn(name, until);
    if (order.kind === 'leave') {
      this.#tellOnce(name, `left alone: ${order.why}`);
      return;
    }
    this.#told.delete(name);
    const resumes = order.wishes[0]?.resumes;
    this.#say(`${name}: its window is open: ${resumes === undefined ? 'looked at' : `going on with ${resumes}`}`);
    const code = await this.#begin(cluster, order);
    this.#count(code);
    this.#say(`${name}: ${endWords[outcomeOf(code)]}`);
  }

  async #inTurn(cluster: Cluster, until: number): Promise<void> {
    const { name } = cluster;
    try {
      await this.#places.within(this.#atOnce(cluster), () => this.#turn(cluster, until));
    } catch (error) {
      // A fault of our own in one cluster is none of the others' business.
      this.#parts.stderr.write(faultText(name, error));
      this.#rota.hadTurn(name, until);
      this.#count(exitCode.failed);
    } finally {
      this.#inHand.delete(name);
      this.#ended.abort();
    }
  }

  #look(): void {
    const now = this.#parts.clock.now();
    for (const cluster of this.#chosen.clusters) {
      const { name, window } = cluster;
      if (window === undefined) this.#tellOnce(name, 'left alone: it has no `window:`');
      if (window === undefined || this.#inHand.has(name)) continue;
      const state = windowAt(window, now);
      const news = this.#rota.news(name, state, now);
      if (news?.missed === true)
        this.#say(`${name}: its window opened and closed while nobody looked: nothing was done`);
      if (news !== undefined) this.#say(`${name}: its window is closed, ${opensNext(window, news.next)}`);
      if (state.kind === 'open' && this.#rota.isDue(name, state, now))
        this.#inHand.set(name, this.#inTurn(cluster, state.until));
    }
  }

  /** Until the next look; sooner once a cluster came to its end, or somebody asked to stop. */
  async #rest(): Promise<void> {
    const { clock, stopping } = this.#parts;
    if (this.#inHand.size > 0) {
      this.#ended = new AbortController();
      const { signal } = this.#ended;
      await clock.sleep(lookEveryMs, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      return;
    }
    for (let rested = 0; rested < lookEveryMs && !stopping(); rested += blinkMs) await clock.sleep(blinkMs);
  }

  /** What came to its end before a signal was told then: the exit code is about what the signal stopped. */
  #count(code: number): void {
    if (this.#options.once === true || this.#parts.stopping()) this.#worst = worse(this.#worst, code);
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#inHand.values());
  }

  /** Until a signal, or with `--once` until every turn is over; the exit code. */
  async run(): Promise<number> {
    this.#look();
    if (this.#options.once === true) {
      await this.#settle();
      return this.#worst;
    }
    while (!this.#parts.stopping()) {
      await this.#rest();
      if (this.#parts.stopping()) break;
      this.#loadWhereStale();
      this.#look();
    }
    await this.#settle();
    this.#say('stopped');
    return this.#worst;
  }
}
