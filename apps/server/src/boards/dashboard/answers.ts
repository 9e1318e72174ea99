/** An answer is given again for so long. */
const KEPT_MS = 5_000;
const MAX_KEPT = 1_000;

/** Makes an answer once for everybody who asks the same within seconds, or while it is being made. */
export type Answers<T> = (question: string, make: () => Promise<T>) => Promise<T>;

export function createAnswers<T>(): Answers<T> {
  const answers = new Map<string, { made: Promise<T>; until: number }>();

  return (question, make) => {
    const known = answers.get(question);
    if (known && known.until > performance.now()) return known.made;
    answers.delete(question);
    const [oldest] = answers.keys();
    if (oldest !== undefined && answers.size >= MAX_KEPT) answers.delete(oldest);
    const made = make();
    answers.set(question, { made, until: performance.now() + KEPT_MS });
    // Whoever asked is told of the failure; the next one tries again.
    made.catch(() => answers.delete(question));
    return made;
  };
}
