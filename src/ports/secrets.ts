import type { SecretSource } from '../model/cluster.ts';

export interface Secrets {
  /**
   * The secret's text, asked for once and kept in memory only.
   * @throws UsageError when the variable is unset, or a prompt is needed and there is no terminal.
   */
  resolve(source: SecretSource, what: string): Promise<string>;
}
