import { type ComponentProps, useState } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { cx } from '../class-names.ts';

const plugins = [remarkGfm];

/**
 * Markdown that an agent or a stranger wrote. No HTML, no address but http(s) and mailto, no picture before a click, and
 * every link shows where it leads; hidden and reordering characters are named.
 */
export function Markdown({ text, className }: { text: string; className?: string }) {
  return (
    <div className={cx('prose', className)}>
      <ReactMarkdown remarkPlugins={plugins} skipHtml urlTransform={toSafeUrl} components={components}>
        {toVisibleText(text)}
      </ReactMarkdown>
    </div>
  );
}

/** The address when it is one that may be opened, else none. Relative ones would lead into the console. */
function toSafeUrl(url: string): string {
  if (!URL.canParse(url)) return '';
  return ['http:', 'https:', 'mailto:'].includes(new URL(url).protocol) ? url : '';
}

const hostOf = (url: string) => (url.startsWith('mailto:') ? url.slice('mailto:'.length) : new URL(url).host);

const components: Components = { a: SafeLink, img: ClosedImage };

function SafeLink({ href, children }: ComponentProps<'a'>) {
  if (!href) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="text-accent hover:underline">
      {children}
      <span className="text-fg-3"> ({hostOf(href)})</span>
    </a>
  );
}

/** A remote picture tells its server who looks: it is loaded when somebody asks for it. */
function ClosedImage({ src, alt }: ComponentProps<'img'>) {
  const [isOpen, setOpen] = useState(false);
  if (typeof src !== 'string' || !/^https?:/.test(src)) return <span>{alt}</span>;
  if (isOpen) return <img src={src} alt={alt ?? ''} referrerPolicy="no-referrer" className="max-w-full rounded" />;
  return (
    <button type="button" onClick={() => setOpen(true)} className="rounded border px-2 py-1 text-sm text-fg-2">
      Show the picture from {hostOf(src)}
      {alt ? `: ${alt}` : ''}
    </button>
  );
}
