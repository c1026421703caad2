export interface WebRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds until the whole answer has to be there. */
  readonly timeoutMs: number;
}

export type WebAnswer =
  /** `body`: as UTF-8, up to its first MiB. */
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'none'; readonly why: string };

/** What is asked from this machine, once each. Nothing here rejects. */
export interface Web {
  /** A GET. Certificates are verified; no redirect is followed: its status is the answer. */
  get(request: WebRequest): Promise<WebAnswer>;
  /** Opens a TCP connection and closes it; why that failed, or undefined where it was taken. */
  connect(host: string, port: number, timeoutMs: number): Promise<string | undefined>;
}
