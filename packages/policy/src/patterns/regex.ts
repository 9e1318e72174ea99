import { type CodeRange, invert, PatternError, type Syntax } from './syntax.ts';

const MAX_LENGTH = 256;
const MAX_REPEAT = 256;

const DIGIT: CodeRange[] = [[48, 57]];
const WORD: CodeRange[] = [...DIGIT, [65, 90], [95, 95], [97, 122]];
const SPACE: CodeRange[] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_ENDS: CodeRange[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
const CLASSES: Record<string, readonly CodeRange[]> = {
  ...{ d: DIGIT, w: WORD, s: SPACE },
  ...{ D: invert(DIGIT), W: invert(WORD), S: invert(SPACE) },
};
const CONTROLS: Record<string, number> = { n: 10, r: 13, t: 9, f: 12, v: 11, '0': 0 };
const QUANTIFIERS: Record<string, readonly [min: number, max: number]> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
};

/**
 * Reads the part of regular expressions that walks a text once and means the same everywhere: literals, classes, `.`,
 * groups, `|`, `* + ? {m,n}`, `^`, `$`, `\d \w \s` and their opposites. Throws PatternError MC130 for anything else.
 */
export function parseRegex(source: string): Syntax {
  if (source.length > MAX_LENGTH) throw unsupported(`longer than ${MAX_LENGTH} characters`);
  const reader = new Reader(source);
  const syntax = reader.readAlternatives();
  if (!reader.isAtEnd) throw unsupported('a ")" that closes nothing');
  return syntax;
}

const unsupported = (what: string) => new PatternError('MC130', `This expression cannot be used: ${what}.`);

class Reader {
  readonly #symbols: string[];
  #at = 0;

  constructor(source: string) {
    this.#symbols = [...source];
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#symbols.length;
  }

  readAlternatives(): Syntax {
    const branches = [this.#readSequence()];
    while (this.#take('|')) branches.push(this.#readSequence());
    const [only] = branches;
    return branches.length === 1 && only ? only : { alt: branches };
  }

  #peek(): string | undefined {
    return this.#symbols[this.#at];
  }

  #take(symbol: string): boolean {
    if (this.#peek() !== symbol) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    const symbol = this.#symbols[this.#at++];
    if (symbol === undefined) throw unsupported('it ends too early');
    return symbol;
  }

  #readSequence(): Syntax {
    const seq: Syntax[] = [];
    while (!this.isAtEnd && this.#peek() !== '|' && this.#peek() !== ')') seq.push(this.#readRepeated());
    return { seq };
  }

  #readRepeated(): Syntax {
    const atom = this.#readAtom();
    const bounds = this.#readBounds();
    if (!bounds) return atom;
    if ('at' in atom) throw unsupported('a repeated "^" or "$"');
    if (this.#peek() === '?' || this.#peek() === '+') throw unsupported('lazy and possessive repetition');
    return { repeat: atom, min: bounds[0], max: bounds[1] };
  }

  #readBounds(): readonly [number, number] | undefined {
    const known = QUANTIFIERS[this.#peek() ?? ''];
    if (known) {
      this.#at++;
      return known;
    }
    const written = /^\{(\d{1,3})(?:(,)(\d{1,3})?)?\}/.exec(this.#symbols.slice(this.#at, this.#at + 9).join(''));
    if (!written) return undefined;
    this.#at += written[0].length;
    const min = Number(written[1]);
    const max = written[2] === undefined ? min : Number(written[3] ?? Number.POSITIVE_INFINITY);
    if (max < min || min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY))
      throw unsupported(`a repetition beyond ${MAX_REPEAT}, or backwards`);
    return [min, max];
  }

  #readAtom(): Syntax {
    const symbol = this.#next();
    if (symbol === '(') return this.#readGroup();
    if (symbol === '[') return { set: this.#readClass() };
    if (symbol === '.') return { set: invert(LINE_ENDS) };
    if (symbol === '^') return { at: 'start' };
    if (symbol === '$') return { at: 'end' };
    if (symbol === '\\') return { set: this.#readEscape() };
    if ('*+?'.includes(symbol)) throw unsupported(`a "${symbol}" that repeats nothing`);
    return { set: [toRange(symbol)] };
  }

  #readGroup(): Syntax {
    if (this.#take('?') && !this.#take(':')) throw unsupported('look-around and named groups');
    const inside = this.readAlternatives();
    if (!this.#take(')')) throw unsupported('a "(" that is not closed');
    return inside;
  }

  #readEscape(): readonly CodeRange[] {
    const symbol = this.#next();
    const known = CLASSES[symbol];
    if (known) return known;
    const control = CONTROLS[symbol];
    if (control !== undefined) return [[control, control]];
    if (/[\p{L}\p{N}]/u.test(symbol)) throw unsupported(`"\\${symbol}" (back-references, \\b and the like)`);
    return [toRange(symbol)];
  }

  #readClass(): readonly CodeRange[] {
    const isInverted = this.#take('^');
    const ranges: CodeRange[] = [];
    while (!this.#take(']')) ranges.push(...this.#readClassPart());
    return isInverted ? invert(ranges) : ranges;
  }

  #readClassPart(): readonly CodeRange[] {
    const from = this.#readClassSymbol();
    const isRange = this.#peek() === '-' && this.#symbols[this.#at + 1] !== ']';
    if (!isRange) return from;
    this.#at++;
    const to = this.#readClassSymbol();
    const [[lo, end] = [0, -1]] = from;
    const [[start, hi] = [0, -1]] = to;
    if (lo !== end || start !== hi || hi < lo || from.length > 1 || to.length > 1) throw unsupported('a bad range');
    return [[lo, hi]];
  }

  #readClassSymbol(): readonly CodeRange[] {
    const symbol = this.#next();
    return symbol === '\\' ? this.#readEscape() : [toRange(symbol)];
  }
}

function toRange(symbol: string): CodeRange {
  const code = symbol.codePointAt(0) ?? 0;
  return [code, code];
}
