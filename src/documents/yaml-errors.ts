import type { ErrorCode } from 'yaml';

interface Wording {
  readonly message: string;
  readonly hint?: string;
}

/** Where the library's own words assume a programmer, or would quote the file (which may hold a password). */
const wordings: Partial<Record<ErrorCode, Wording>> = {
  TAB_AS_INDENT: { message: 'a tab is used as indentation', hint: 'YAML is indented with spaces' },
  DUPLICATE_KEY: { message: 'this key is already used in the same map', hint: 'keep one of the two' },
  MULTIPLE_DOCS: { message: 'a second YAML document begins here', hint: 'the file is one document: remove `---`' },
  TAG_RESOLVE_FAILED: { message: 'YAML tags (`!name`) are not supported', hint: 'quote text that begins with `!`' },
  BAD_SCALAR_START: { message: 'plain text may not begin with this character', hint: 'put the text in quotes' },
  BAD_ALIAS: { message: 'not a valid YAML alias', hint: 'quote text that begins with `*` or `&`' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a map may not begin in the middle of a line',
    hint: 'put text that holds `: ` in quotes',
  },
  NON_STRING_KEY: { message: 'a key has to be text' },
  RESOURCE_EXHAUSTION: { message: 'nested too deeply to read' },
};

/** The library's error as a sentence for the person who wrote the file. Never quotes the file's content. */
export const yamlWording = (error: { readonly code: ErrorCode; readonly message: string }): Wording =>
  wordings[error.code] ?? {
    message: `not valid YAML: ${error.message.split('\n', 1)[0]?.replace(/: ".*$/, '') ?? ''}`,
  };
