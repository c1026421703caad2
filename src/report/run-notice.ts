import type { Event } from '../model/event.ts';
import type { WebhookEvent, WebhookFormat } from '../model/webhook.ts';
import { formatDuration } from './duration.ts';

/** What somebody who does not look is told of one cluster's part of a run. */
export interface RunNotice {
  readonly event: WebhookEvent;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly run: string;
  readonly cluster: string;
  readonly playbook: string;
  /** The wished version, where the playbook has one. */
  readonly to?: string;
  readonly wave?: string;
  /** `ana@bastion`. */
  readonly operator: string;
  /** Who paused or stopped it, and why; what failed. */
  readonly why?: string;
  readonly node?: string;
  readonly durationMs?: number;
  /** What to type next. */
  readonly next?: readonly string[];
}

export type NoticeSubject = Pick<RunNotice, 'run' | 'cluster' | 'playbook' | 'to' | 'wave' | 'operator'>;

const ended = (event: Extract<Event, { type: 'run-finished' }>): Partial<RunNotice> & { event: WebhookEvent } => {
  const { outcome, durationMs, failure, stoppedBy } = event;
  if (outcome === 'done') return { event: 'finished', durationMs };
  const stopped = outcome === 'interrupted' || outcome === 'outside-window';
  const why = failure?.message ?? stoppedBy;
  return {
    event: stopped ? 'stopped' : 'failed',
    durationMs,
    ...(why === undefined ? {} : { why }),
    ...(failure?.node === undefined ? {} : { node: failure.node }),
    ...(failure === undefined ? {} : { next: failure.next }),
  };
};

/** What an event of a run is worth telling; undefined for most. */
export const noticeOf = (event: Event, subject: NoticeSubject): RunNotice | undefined => {
  const { at, type } = event;
  if (type === 'run-started') return { ...subject, at, event: 'started' };
  if (type === 'run-paused') return { ...subject, at, event: 'paused', why: event.why };
  if (type === 'run-continued') return { ...subject, at, event: 'continued' };
  return type === 'run-finished' ? { ...subject, at, ...ended(event) } : undefined;
};

/** `is slow`, of what goes on all the same; undefined for what has happened. */
export const concernText = (event: WebhookEvent): string | undefined =>
  event === 'slow' ? 'is slow' : event === 'evictions' ? 'evicts many pods' : undefined;

/** In a line or a few. */
export const noticeText = (notice: RunNotice): string => {
  const { event, cluster, playbook, to, wave, operator, run, why, node, durationMs, next = [] } = notice;
  const what = [playbook, ...(to === undefined ? [] : [`to ${to}`])].join(' ');
  const where = wave === undefined ? cluster : `${cluster} (wave ${wave})`;
  const took = durationMs === undefined ? '' : ` after ${formatDuration(durationMs)}`;
  const because = why === undefined ? '' : `: ${node === undefined ? '' : `${node}: `}${why}`;
  return [
    `nodeops: ${where}: ${what} ${concernText(event) ?? event}${took}${because} (run ${run}, ${operator})`,
    ...next,
  ].join('\n');
};

/** The body of a message in a webhook's format. */
export const noticeBody = (notice: RunNotice, format: WebhookFormat, nodeops: string): string => {
  if (format === 'slack') return JSON.stringify({ text: noticeText(notice) });
  return JSON.stringify({ nodeops, ...notice, at: new Date(notice.at).toISOString(), text: noticeText(notice) });
};
