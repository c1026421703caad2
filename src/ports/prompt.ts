/** Asks the person at the terminal. Without a terminal both reject with a UsageError that names the alternative. */
export interface Prompt {
  secret(question: string): Promise<string>;
  /** What is typed, as it is typed, without spaces around it. */
  ask(question: string): Promise<string>;
  confirm(question: string): Promise<boolean>;
}
