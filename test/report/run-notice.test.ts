import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../src/model/event.ts';
import { noticeBody, noticeOf, noticeText } from '../../src/report/run-notice.ts';
import { drainFailure } from './fixtures.ts';

const at = Date.UTC(2026, 10, 21, 2);
const subject = {
  run: 'r1',
  cluster: 'paris',
  playbook: 'upgrade',
  to: '1.36.3',
  wave: 'prod',
  operator: 'ana@bastion',
};
const told = (body: EventBody): string | undefined => {
  const notice = noticeOf({ at, cluster: 'paris', ...body }, subject);
  return notice && noticeText(notice);
};

const failure = drainFailure();

/** An event, and what is told of it. */
const cases: readonly (readonly [EventBody, string | undefined])[] = [
  [
    { type: 'run-started', run: 'r1', playbook: 'upgrade', parameters: {}, operator: 'ana', host: 'b', nodeops: '1' },
    'nodeops: paris (wave prod): upgrade to 1.36.3 started (run r1, ana@bastion)',
  ],
  [
    { type: 'run-paused', why: 'by ben@vm: slow' },
    'nodeops: paris (wave prod): upgrade to 1.36.3 paused: by ben@vm: slow (run r1, ana@bastion)',
  ],
  [{ type: 'run-continued' }, 'nodeops: paris (wave prod): upgrade to 1.36.3 continued (run r1, ana@bastion)'],
  [
    { type: 'run-finished', outcome: 'done', durationMs: 62_000 },
    'nodeops: paris (wave prod): upgrade to 1.36.3 finished after 1m 02s (run r1, ana@bastion)',
  ],
  [
    { type: 'run-finished', outcome: 'interrupted', durationMs: 62_000, stoppedBy: 'by ben@vm' },
    'nodeops: paris (wave prod): upgrade to 1.36.3 stopped after 1m 02s: by ben@vm (run r1, ana@bastion)',
  ],
  [
    { type: 'run-finished', outcome: 'failed', durationMs: 62_000, failure },
    `nodeops: paris (wave prod): upgrade to 1.36.3 failed after 1m 02s: ${failure.node}: ${failure.message} (run r1, ana@bastion)\n${failure.next.join('\n')}`,
  ],
  [
    { type: 'run-finished', outcome: 'blocked', durationMs: 500 },
    'nodeops: paris (wave prod): upgrade to 1.36.3 failed after 0.5s (run r1, ana@bastion)',
  ],
  [{ type: 'phase-started', phase: 'workers' }, undefined],
];

describe('what webhooks are told', () => {
  it.each(cases)('%j', (event, expected) => expect(told(event)).toBe(expected));

  it('is a text for Slack, and everything for programs', () => {
    const notice = { ...subject, at, event: 'announced' } as const;
    const text = 'nodeops: paris (wave prod): upgrade to 1.36.3 announced (run r1, ana@bastion)';
    expect(JSON.parse(noticeBody(notice, 'slack', '1.2.3'))).toEqual({ text });
    expect(JSON.parse(noticeBody(notice, 'json', '1.2.3'))).toEqual({
      ...notice,
      nodeops: '1.2.3',
      at: '2026-11-21T02:00:00.000Z',
      text,
    });
  });
});
