/** Where metrics are asked for over HTTP. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface MetricsServer {
  /** Resolves once nobody is answered any more. */
  close(): Promise<void>;
}

/**
 * Answers `/metrics` with what `text` says at that moment. Resolves once it is listening; rejects with what `node:net` says
 * where it cannot.
 */
export type ServeMetrics = (address: ListenAddress, text: () => Promise<string>) => Promise<MetricsServer>;
