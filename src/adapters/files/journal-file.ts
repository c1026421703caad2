import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Event } from '../../model/event.ts';
import type { Journal } from '../../ports/journal-store.ts';
import { headerLink, nextLink, sealLink } from './chain.ts';
import type { Link } from './chain.ts';
import { privateFile, syncDirectory } from './durable.ts';
import { storing } from './storage-error.ts';

/** One journal on disk. Entries are written one after the other, in the order of the calls. */
export class JournalFile implements Journal {
  readonly path: string;
  readonly #handle: FileHandle;
  #last: Link;
  #bytes = 0;
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
    await this.#inTurn(async () => {
      if (this.#closed) throw new Error(`${this.path} is closed: ${event.type} came after the end`);
      await this.#write(nextLink(this.#last, event));
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

  async #write(link: Link): Promise<void> {
    try {
      await this.#handle.appendFile(link.line);
      await this.#handle.sync();
    } catch (error) {
      // A full disk may have taken half a line; the next entry must not be glued to it.
      await this.#handle.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += Buffer.byteLength(link.line);
    this.#last = link;
  }
}
