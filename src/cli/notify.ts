import { createHmac } from 'node:crypto';
import type { Cluster } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import type { Webhook } from '../model/webhook.ts';
import type { Ui } from '../ports/ui.ts';
import type { Webhooks } from '../ports/webhooks.ts';
import { concernText, noticeBody, noticeOf, type NoticeSubject, type RunNotice } from '../report/run-notice.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { overheard } from './overheard.ts';
import type { Parts } from './parts.ts';

const variable = ({ env }: Parts, name: string, cluster: Cluster): string => {
  const value = env[name] ?? '';
  if (value === '')
    throw new UsageError(`$${name} is not set; ${cluster.source}: a webhook of ${cluster.name} names it`);
  return value;
};

const addressOf = (parts: Parts, { url }: Webhook, cluster: Cluster): string => {
  if (typeof url === 'string') return url;
  const value = variable(parts, url.env, cluster);
  if (!/^https?:\/\//.test(value) || !URL.canParse(value))
    throw new UsageError(`$${url.env} holds no address such as https://ops.example.com/hooks`);
  return value;
};

/** What webhooks need of the environment is looked for before anything is touched. @throws UsageError */
export const checkWebhooks = (parts: Parts, clusters: readonly Cluster[]): void => {
  for (const cluster of clusters)
    for (const webhook of cluster.webhooks ?? []) {
      addressOf(parts, webhook, cluster);
      if (webhook.secret !== undefined) variable(parts, webhook.secret.env, cluster);
    }
};

/** As GitHub signs its webhooks, so that what is there to verify them can be used: HMAC-SHA256 of the body, in hex. */
const signature = (key: string, body: string): string =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;

const post = (parts: Parts, webhooks: Webhooks, cluster: Cluster, notice: RunNotice): void => {
  for (const webhook of cluster.webhooks ?? []) {
    if (!webhook.events.includes(notice.event)) continue;
    const body = noticeBody(notice, webhook.format, parts.version);
    const { secret } = webhook;
    webhooks.post({
      url: addressOf(parts, webhook, cluster),
      body,
      headers: {
        'content-type': 'application/json',
        ...(secret === undefined
          ? {}
          : { 'x-nodeops-signature-256': signature(variable(parts, secret.env, cluster), body) }),
      },
      about: `that ${notice.cluster} ${concernText(notice.event) ?? `has ${notice.event}`}`,
    });
  }
};

const subjectOf = (parts: Parts, { cluster, playbook, parameters }: ClusterWish, run: string): NoticeSubject => {
  const { user, host } = parts.operator;
  const { version: to } = parameters;
  return {
    run,
    cluster: cluster.name,
    playbook: playbook.name,
    operator: `${user}@${host}`,
    ...(typeof to === 'string' ? { to } : {}),
    ...(cluster.wave === undefined ? {} : { wave: cluster.wave.name }),
  };
};

const hasWebhooks = ({ cluster }: ClusterWish): boolean => (cluster.webhooks ?? []).length > 0;

/** Tells a cluster's webhooks that its turn will come in this run. */
export const announce = async (parts: Parts, wish: ClusterWish, run: string): Promise<void> => {
  if (!hasWebhooks(wish)) return;
  const notice = { ...subjectOf(parts, wish, run), at: parts.clock.now(), event: 'announced' } as const;
  post(parts, await parts.webhooks(), wish.cluster, notice);
};

/** Tells a cluster's webhooks that its part of a run takes longer, or more pods, than it should. */
export const tellConcern = async (
  parts: Parts,
  wish: ClusterWish,
  run: string,
  how: Pick<RunNotice, 'durationMs' | 'why'> & { readonly event: 'slow' | 'evictions' },
): Promise<void> => {
  if (!hasWebhooks(wish)) return;
  const notice = { ...subjectOf(parts, wish, run), ...how, at: parts.clock.now() };
  post(parts, await parts.webhooks(), wish.cluster, notice);
};

/** The same view, whose events a cluster's webhooks hear of as well. */
export const telling = async (parts: Parts, wish: ClusterWish, run: string, ui: Ui): Promise<Ui> => {
  if (!hasWebhooks(wish)) return ui;
  const webhooks = await parts.webhooks();
  const subject = subjectOf(parts, wish, run);
  return overheard(ui, {
    event: (event) => {
      const notice = noticeOf(event, subject);
      if (notice !== undefined) post(parts, webhooks, wish.cluster, notice);
    },
  });
};

/** Waits until what is to be told was told, or given up. */
export const settleWebhooks = async (parts: Parts, wishes: readonly ClusterWish[]): Promise<void> => {
  if (wishes.some(hasWebhooks)) await (await parts.webhooks()).settle();
};
