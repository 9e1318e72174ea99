import type { Dfa, Pat } from '../../ir.ts';
import { parseRegex } from '../../patterns/regex.ts';
import { PatternError, parseGlob } from '../../patterns/syntax.ts';
import { compileTable } from '../../patterns/table.ts';
import type { Range, Report } from '../findings.ts';
import type { At } from '../grammar/shapes.ts';

/** Of all patterns together: a thousand globs, or half a second. */
const MAX_EFFORT = 1_000_000;

/** Makes the tables of a policy's patterns, each once. */
export class PatternTables {
  readonly dfas: Dfa[] = [];
  readonly #effort = { left: MAX_EFFORT };
  readonly #known = new Map<string, number>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** A name, a glob, or `/an expression/` that must be the whole. */
  ofName({ value, at }: At<string>): Pat {
    const expression = /^\/(.+)\/$/s.exec(value)?.[1];
    if (expression !== undefined) return this.#ofExpression(expression, false, at);
    return /[*?]/.test(value)
      ? this.#add(`glob:${value}`, at, () => compileTable(parseGlob(value), false, this.#effort))
      : { x: value };
  }

  ofNames(names: readonly At<string>[]): Pat[] {
    return names.map((name) => this.ofName(name));
  }

  /** An expression that is looked for anywhere; between slashes it must be the whole. */
  ofSearch({ value, at }: At<string>): Pat {
    const whole = /^\/(.+)\/$/s.exec(value)?.[1];
    return this.#ofExpression(whole ?? value, whole === undefined, at);
  }

  /** A host name: `*.example.com` is any name below it, and not itself. */
  ofDomain({ value, at }: At<string>): Pat {
    const name = value.toLowerCase();
    const parent = /^\*\.(.+)$/.exec(name)?.[1];
    if (parent === undefined) return { x: name };
    const escaped = parent.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.#ofExpression(`.+\\.${escaped}`, false, at);
  }

  #ofExpression(expression: string, isSearch: boolean, at: Range): Pat {
    return this.#add(`${isSearch}:${expression}`, at, () =>
      compileTable(parseRegex(expression), isSearch, this.#effort),
    );
  }

  #add(key: string, at: Range, make: () => Dfa): Pat {
    const known = this.#known.get(key);
    if (known !== undefined) return { d: known };
    try {
      const index = this.dfas.push(make()) - 1;
      this.#known.set(key, index);
      return { d: index };
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      this.#report.error(at, { code: error.code, message: error.message });
      return { x: '' };
    }
  }
}
