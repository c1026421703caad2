/** One message for one webhook. */
export interface Posting {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What it tells, for a person who has to hear that it did not arrive: without the address, which may be a secret. */
  readonly about: string;
}

/** Sends messages beside the run, one after the other for each address; a run never waits for one. */
export interface Webhooks {
  post(posting: Posting): void;
  /** Resolves once everything was sent or given up, soon enough for whoever waits for the end of a command. */
  settle(): Promise<void>;
}
