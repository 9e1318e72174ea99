import { cx } from '../class-names.ts';

export type Tone = 'ok' | 'warn' | 'bad' | 'run' | 'idle';
export type Shape = 'dot' | 'half' | 'diamond' | 'ring' | 'square' | 'target';

/** How a state looks: never by colour alone, so each has a shape and a word. */
export interface StateLook {
  tone: Tone;
  shape: Shape;
  word: string;
}

const toneText: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  run: 'text-run',
  idle: 'text-idle',
};

const tonePill: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  run: 'bg-run-soft text-run',
  idle: 'bg-sunken text-fg-2',
};

function ShapePath({ shape }: { shape: Shape }) {
  switch (shape) {
    case 'dot':
      return <circle cx="5" cy="5" r="4" fill="currentColor" />;
    case 'half':
      return (
        <>
          <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" />
          <path d="M5 1.5a3.5 3.5 0 0 1 0 7z" fill="currentColor" />
        </>
      );
    case 'diamond':
      return <path d="M5 0 10 5 5 10 0 5z" fill="currentColor" />;
    case 'square':
      return <rect x="1" y="1" width="8" height="8" rx="1" fill="currentColor" />;
    case 'ring':
      return <circle cx="5" cy="5" r="3.25" fill="none" stroke="currentColor" strokeWidth="1.5" />;
    case 'target':
      return (
        <>
          <circle cx="5" cy="5" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.25" />
          <circle cx="5" cy="5" r="2" fill="currentColor" className="animate-breathe" />
        </>
      );
  }
}

/** The shape alone; its word must stand beside it or in `label`. */
export function Mark({ look, label, className }: { look: StateLook; label?: string; className?: string }) {
  return (
    <svg
      viewBox="0 0 10 10"
      width="10"
      height="10"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      className={cx('shrink-0', toneText[look.tone], className)}
    >
      {label && <title>{label}</title>}
      <ShapePath shape={look.shape} />
    </svg>
  );
}

/** Shape and word in a line of text. */
export function MarkedWord({ look, className }: { look: StateLook; className?: string }) {
  return (
    <span className={cx('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <Mark look={look} />
      {look.word}
    </span>
  );
}

/** Shape and word on a tinted ground, for headers. */
export function StatePill({ look, className }: { look: StateLook; className?: string }) {
  return (
    <span
      className={cx(
        'inline-flex h-5 shrink-0 items-center gap-1.5 rounded-full px-2 text-sm font-medium whitespace-nowrap',
        tonePill[look.tone],
        className,
      )}
    >
      <Mark look={look} />
      {look.word}
    </span>
  );
}
