/** What `${…}` does beside looking a value up (POSIX.1-2017 XCU 2.6.2). */
export type ParameterOperator =
  '' | 'length' | '-' | ':-' | '=' | ':=' | '?' | ':?' | '+' | ':+' | '#' | '##' | '%' | '%%';

export type Part =
  | { readonly t: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly t: 'parameter';
      readonly name: string;
      readonly operator: ParameterOperator;
      readonly word: Word | undefined;
      readonly quoted: boolean;
    }
  | { readonly t: 'command'; readonly body: Command; readonly quoted: boolean }
  | { readonly t: 'arithmetic'; readonly word: Word; readonly quoted: boolean };

export interface Word {
  readonly parts: readonly Part[];
  /** Its text, where no expansion of any kind can change it. */
  readonly fixed: string | undefined;
  /** The pattern that it is, where none of it is to be expanded. */
  readonly pattern: string | undefined;
  /** Its text is that of its parts, one after the other: no home directory, no `$@`, no word within a parameter. */
  readonly isPlain: boolean;
  /** Plain, and one field whatever it is expanded to. */
  readonly isOneField: boolean;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export interface Redirect {
  readonly fd: number;
  readonly operator: '<' | '>' | '>|' | '>>' | '<>' | '<&' | '>&' | '<<';
  /** A file, a descriptor, or the text of a here-document. */
  readonly target: Word;
}

export interface SimpleCommand {
  readonly t: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  readonly line: number;
  /** Its words, where none of them needs expanding. */
  readonly fixed: readonly string[] | undefined;
}

export interface CaseArm {
  readonly patterns: readonly Word[];
  readonly body: Command | undefined;
}

export type Command =
  | SimpleCommand
  | { readonly t: 'pipeline'; readonly commands: readonly Command[] }
  | { readonly t: 'not'; readonly command: Command }
  | { readonly t: 'and' | 'or'; readonly left: Command; readonly right: Command }
  | { readonly t: 'sequence'; readonly commands: readonly Command[] }
  | { readonly t: 'subshell'; readonly body: Command }
  | { readonly t: 'redirected'; readonly body: Command; readonly redirects: readonly Redirect[]; readonly line: number }
  | { readonly t: 'if'; readonly test: Command; readonly body: Command; readonly otherwise: Command | undefined }
  | { readonly t: 'for'; readonly name: string; readonly words: readonly Word[] | undefined; readonly body: Command }
  | { readonly t: 'loop'; readonly until: boolean; readonly test: Command; readonly body: Command }
  | { readonly t: 'case'; readonly word: Word; readonly arms: readonly CaseArm[] }
  | FunctionDefinition;

export interface FunctionDefinition {
  readonly t: 'function';
  readonly name: string;
  readonly body: Command;
  readonly line: number;
}

/** A script: what comes before a mistake in it is run, as dash does, which reads as it goes. */
export interface Script {
  /** Whole lines, each of which is parsed before it is run. */
  readonly commands: readonly Command[];
  readonly mistake: { readonly line: number; readonly text: string } | undefined;
}
