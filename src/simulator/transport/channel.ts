import type { Exit } from '../../model/exit.ts';
import type { Kernel, Timer } from '../kernel.ts';
import type { Actor } from '../world/actor.ts';
import { connectionReset, type Connection } from './connection.ts';
import type { LineEnd, RemoteProcess, Sshd } from './sshd.ts';

/** What happens to a command's connection, as a fault plan has it. */
export type Fate =
  /** The request gets lost on its way: the command does not start, and nobody knows. */
  | { readonly lose: 'before' }
  /** So many ms after the node began with it: it goes on there until it writes. */
  | { readonly lose: 'during'; readonly afterMs: number }
  /** It ends on the node, and the answer gets lost. */
  | { readonly lose: 'after' };

export interface ChannelRequest {
  readonly line: string;
  readonly stdin: string;
  readonly actor: Actor;
  readonly timeoutMs: number;
  /** What becomes of the channel at the deadline: a write is never disturbed. */
  readonly atDeadline: 'close' | 'leave';
  readonly fate: Fate | undefined;
  readonly onOut: (bytes: string) => void;
  readonly onErr: (bytes: string) => void;
  /** Called once. */
  readonly onExit: (exit: Exit) => void;
}

type Piece = readonly ['out' | 'err', string];

const exitOf = (end: LineEnd): Exit =>
  'code' in end ? { kind: 'code', code: end.code } : { kind: 'signal', signal: end.signal };

/** One command on one connection: the request's way, the process, the answer's way, and what can go wrong on each. */
export class Channel {
  readonly #kernel: Kernel;
  readonly #connection: Connection;
  readonly #request: ChannelRequest;
  readonly #release: () => void;
  readonly #forgetLoss: () => void;
  readonly #deadline: Timer;
  #process: RemoteProcess | undefined;
  /** The node has no reader for its output any more. */
  #readerGone = false;
  #settled = false;
  #pieces: { readonly at: number; readonly list: Piece[] } | undefined;

  constructor(kernel: Kernel, connection: Connection, sshd: Sshd, request: ChannelRequest) {
    this.#kernel = kernel;
    this.#connection = connection;
    this.#request = request;
    this.#release = connection.occupy();
    this.#forgetLoss = connection.onLost((why) => this.#lost(why));
    this.#deadline = kernel.after(request.timeoutMs, () => this.#late());
    if (request.fate?.lose === 'before') connection.link.carry('to-node', () => connection.lose(connectionReset));
    else connection.link.carry('to-node', () => this.#start(sshd));
  }

  #start(sshd: Sshd): void {
    if (this.#connection.lost !== undefined) return;
    const { line, stdin, actor, fate } = this.#request;
    const process = sshd(this.#connection.link.host, {
      line,
      stdin,
      actor,
      onOut: (text) => this.#print(['out', text]),
      onErr: (text) => this.#print(['err', text]),
      onEnd: (end) => this.#ended(end),
    });
    this.#process = process;
    if (this.#readerGone) process.loseReader();
    if (fate?.lose === 'during') this.#kernel.after(fate.afterMs, () => this.#connection.lose(connectionReset));
  }

  /** Pieces of one instant travel together. */
  #print(piece: Piece): void {
    if (this.#readerGone) return;
    if (this.#pieces?.at === this.#kernel.now) {
      this.#pieces.list.push(piece);
      return;
    }
    const pieces = { at: this.#kernel.now, list: [piece] };
    this.#pieces = pieces;
    this.#connection.link.carry('from-node', () => this.#received(pieces.list));
  }

  #received(pieces: readonly Piece[]): void {
    if (this.#settled) return;
    for (const [stream, text] of pieces) (stream === 'out' ? this.#request.onOut : this.#request.onErr)(text);
  }

  #ended(end: LineEnd): void {
    this.#pieces = undefined;
    if (this.#readerGone) return;
    if (this.#request.fate?.lose === 'after') {
      this.#kernel.at(this.#kernel.now, () => this.#connection.lose(connectionReset));
      return;
    }
    this.#connection.link.carry('from-node', () => this.#settle(exitOf(end)));
  }

  #settle(exit: Exit): void {
    this.#kernel.cancel(this.#deadline);
    this.#forgetLoss();
    this.#release();
    if (this.#settled) return;
    this.#settled = true;
    this.#request.onExit(exit);
  }

  #loseReader(): void {
    if (this.#readerGone) return;
    this.#readerGone = true;
    this.#process?.loseReader();
  }

  #lost(why: string): void {
    // A peer that only seems to be gone keeps its end of the connection, and its pipes, for hours.
    if (!why.includes('Keepalive')) this.#loseReader();
    this.#settle({ kind: 'unknown', why });
  }

  #late(): void {
    if (this.#settled) return;
    this.#settled = true;
    const seconds = this.#request.timeoutMs / 1000;
    this.#request.onExit({ kind: 'unknown', why: `no end within ${seconds} s; it may still be running` });
    this.#connection.retire();
    if (this.#request.atDeadline === 'leave') return;
    this.#loseReader();
    this.#forgetLoss();
    this.#release();
  }
}
