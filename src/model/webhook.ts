/** What a webhook can be told of: each of them about one cluster's part of a run. */
export const webhookEvents = [
  'announced',
  'started',
  'slow',
  'evictions',
  'paused',
  'continued',
  'stopped',
  'failed',
  'finished',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** `json`: everything, for programs. `slack`: a text, as incoming webhooks of Slack and what is like it take one. */
export const webhookFormats = ['json', 'slack'] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

/** An address that is told how runs go. */
export interface Webhook {
  /** Text, or where the address itself is a secret the environment variable that holds it. */
  readonly url: string | { readonly env: string };
  readonly format: WebhookFormat;
  readonly events: readonly WebhookEvent[];
  /** The variable with the key that signs what is sent. */
  readonly secret?: { readonly env: string };
}
