/** What a page shows: a table whose head stays when it is paged. */
export interface PageContent {
  /** One line above all. */
  readonly title: string;
  readonly head: string;
  /** `grave`: somebody should look at it. */
  readonly rows: readonly { readonly text: string; readonly grave: boolean }[];
  /** What stands below the table. */
  readonly below: readonly string[];
}

/** Something that is looked at again and again, on all of a terminal. */
export interface LivePage {
  show(content: PageContent): void;
  /** Aborted once the person has seen enough. */
  readonly left: AbortSignal;
  /** Gives the terminal back; what was shown last stays, as a whole. */
  end(): void;
}
