const SYLLABLES = 'an be cor du el fi gra hon is ju kel lo mar ne or pa qui ra so te ul vi wen xa yo zu'.split(' ');

/** Varied text from a seed: words of random syllables, so that neither gzip nor a cache of ours has it easy. */
export function createTexts(seed: number): { next: (bytes: number) => string } {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const next = (bytes: number): string => {
    let text = '';
    while (text.length < bytes) {
      for (let syllables = 1 + random(4); syllables > 0; syllables--) text += SYLLABLES[random(SYLLABLES.length)];
      text += random(9) === 0 ? '. ' : ' ';
    }
    return text.slice(0, bytes);
  };
  return { next };
}
