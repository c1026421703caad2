/** What is known of one fact of one subject after looking. */
export type Observed<T> =
  | { readonly kind: 'value'; readonly value: T; readonly at: number; readonly from: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly text: string; readonly from: string }
  | { readonly kind: 'unavailable'; readonly why: string };
