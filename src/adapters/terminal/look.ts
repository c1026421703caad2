/** How the terminal view words and colours: given by the composition root, for adapters know nothing of reports. */
export interface Look {
  readonly paint: (tone: 'good' | 'bad' | 'warn' | 'faint' | 'strong', text: string) => string;
  readonly duration: (ms: number) => string;
}
