import type { LivePage, PageContent } from '../../../ports/live-page.ts';
import type { Look } from '../look.ts';
import { FullScreen, type FullScreenOptions } from '../screen/full-screen.ts';
import { noScroll } from '../scroll.ts';
import { pageFrame, pagePressed, type PageState } from './page-frame.ts';

export interface LivePageOptions extends Pick<FullScreenOptions, 'stdin' | 'stdout' | 'stderr' | 'terminal'> {
  readonly paint: Look['paint'];
}

const nothing: PageContent = { title: '', head: '', rows: [], below: [] };

/** A page that keys scroll and filter; it is drawn from its first content on. */
export const createLivePage = (options: LivePageOptions): LivePage => {
  const left = new AbortController();
  let content = nothing;
  let state: PageState = { from: 0, graveOnly: false };
  let page = noScroll;
  const screen = new FullScreen({
    ...options,
    draw: (size) => {
      const frame = pageFrame(content, state, { ...size, paint: options.paint });
      page = frame.page;
      return frame.lines;
    },
    onKey: (key) => {
      if (key === 'q') left.abort();
      else state = pagePressed(state, key, page);
    },
    last: () => [content.head, ...content.rows.map(({ text }) => text), ...content.below],
  });
  return {
    show: (next) => {
      content = next;
      screen.open();
      screen.redraw();
    },
    left: left.signal,
    end: () => screen.close(),
  };
};
