import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Event } from '../../model/event.ts';
import type { Journal } from '../../ports/journal-store.ts';
import { headerLink, nextLink, sealLink } from './chain.ts';
import type { Link } from './chain.ts';
import { privateFile, syncDirectory } from './durable.ts';
import { explainStorage, storing } from './storage-error.ts';

/** An entry whose caller waits until it is on disk. */
interface Waiting {
  readonly event: Event;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * One journal on disk. Entries are written in the order of the calls; those that come while the disk is busy are
 * written together, and it is waited for once.
 */
export class JournalFile implements Journal {
  readonly path: string;
  readonly #handle: FileHandle;
  #last: Link;
  #bytes = 0;
  #waiting: Waiting[] = [];
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(path: string, handle: FileHandle, header: Link) {
    this.path = path;
    this.#handle = handle;
    this.#last = header;
  }

  /** Begins a journal. @throws StorageError, also when there is one already. */
  static async create(path: string, about: Readonly<Record<string, string>>): Promise<JournalFile> {
    return storing(path, async () => {
      const header = headerLink(about);
      const handle = await open(path, 'ax', privateFile);
      try {
        const journal = new JournalFile(path, handle, header);
        await journal.#write(header);
        await syncDirectory(dirname(path));
        return journal;
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  async append(event: Event): Promise<void> {
    // Output is for the screen and the log: it may be large, and nobody vouches for what it holds.
    if (event.type === 'command-output') return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject });
      // Whoever's turn comes first writes for all that wait; for the others there is nothing left.
      this.#inTurn(() => this.#writeWaiting()).catch(reject);
    });
  }

  /** Seals the journal. Later calls do nothing. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#closed) return;
      this.#closed = true;
      try {
        await this.#write(sealLink(this.#last));
      } finally {
        await this.#handle.close();
      }
    });
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(() => storing(this.path, work));
    this.#queue = turn.catch(() => undefined);
    await turn;
  }

  async #writeWaiting(): Promise<void> {
    const batch = this.#waiting.splice(0);
    try {
      if (this.#closed && batch[0] !== undefined)
        throw new Error(`${this.path} is closed: ${batch[0].event.type} came after the end`);
      const links: Link[] = [];
      for (const { event } of batch) links.push(nextLink(links.at(-1) ?? this.#last, event));
      await this.#write(...links);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(explainStorage(error, this.path));
    }
  }

  async #write(...links: readonly Link[]): Promise<void> {
    const last = links.at(-1);
    if (last === undefined) return;
    const text = links.map(({ line }) => line).join('');
    try {
      await this.#handle.appendFile(text);
      await this.#handle.sync();
    } catch (error) {
      // A full disk may have taken half a line; the next entry must not be glued to it.
      await this.#handle.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += Buffer.byteLength(text);
    this.#last = last;
  }
}
