/** Files for the operator's eyes only unless that is said, where the operator wants them. */
export interface PrivateFiles {
  /** What is at an absolute path: a file could be written where there is `nothing`. */
  find(path: string): Promise<'nothing' | 'file' | 'folder' | 'no folder'>;
  /**
   * Writes a file of mode 0600 (0644 where others are to read it: `readable`) whole or not at all; durable when it resolves.
   * @throws Error with a `fix` when the disk refuses, or a file has appeared there and `replace` is false.
   */
  write(path: string, text: string, options: { readonly replace: boolean; readonly readable?: boolean }): Promise<void>;
}
