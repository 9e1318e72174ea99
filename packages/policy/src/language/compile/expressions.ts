import { createCidrTest, toAscii } from '../../evaluate/conditions/hosts.ts';
import type { Expr, Leaf, Path } from '../../ir.ts';
import type { Report } from '../findings.ts';
import type { ConditionSource, ConstraintSource, WhereSource } from '../grammar/constraints.ts';
import { parsePath } from './paths.ts';
import type { PatternTables } from './patterns.ts';

type LeafSource = Extract<ConstraintSource, { form: 'leaf' }>;

/** Makes the conditions of a policy. */
export class ExpressionCompiler {
  readonly #patterns: PatternTables;
  readonly #report: Report;

  constructor(patterns: PatternTables, report: Report) {
    this.#patterns = patterns;
    this.#report = report;
  }

  /** All paths must hold. */
  ofWhere(parts: readonly WhereSource[]): Expr {
    return toAnd(
      parts.map(({ path, at, constraint }) => {
        const parsed = parsePath(path);
        if (!parsed)
          this.#report.error(at, { code: 'MC113', message: `"${path}" is no path such as customer.items[*].price.` });
        return this.ofConstraint(constraint, parsed ?? { s: [], from: 'args' });
      }),
    );
  }

  ofCondition(source: ConditionSource): Expr {
    if (source.form === 'not') return { not: this.ofCondition(source.part) };
    if (source.form === 'all') return { and: source.parts.map((part) => this.ofCondition(part)) };
    if (source.form === 'any') return { or: source.parts.map((part) => this.ofCondition(part)) };
    const path: Path = { s: [source.name], from: 'ctx' };
    if (source.name !== 'tool') return this.ofConstraint(source.constraint, path);
    const { constraint: leaf } = source;
    const name = leaf.form === 'leaf' ? String(leaf.value) : '';
    return { op: 'glob', p: path, v: this.#patterns.ofName({ value: name, at: source.at }) };
  }

  ofConstraint(source: ConstraintSource, p: Path): Expr {
    if (source.form === 'not') return { not: this.ofConstraint(source.part, p) };
    if (source.form === 'all') return { and: source.parts.map((part) => this.ofConstraint(part, p)) };
    if (source.form === 'any') return { or: source.parts.map((part) => this.ofConstraint(part, p)) };
    return this.#ofLeaf(source, p);
  }

  #ofLeaf({ op, value, at }: LeafSource, p: Path): Leaf {
    // What each operation takes was checked when it was read.
    if (op === 'matches') return { op, p, v: this.#patterns.ofSearch({ value: String(value), at }) };
    if (op === 'glob') return { op, p, v: this.#patterns.ofName({ value: String(value), at }) };
    if (op === 'domain_in') return { op, p, v: this.#toDomains(value as string[], at) };
    if (op === 'cidr_in') this.#checkNetworks(value as string[], at);
    return { op, p, v: value } as Leaf;
  }

  #toDomains(names: readonly string[], at: LeafSource['at']) {
    return names.map((name) => {
      const plain = name.replace(/^\*\./, '');
      const ascii = toAscii(plain);
      if (ascii === undefined) this.#report.error(at, { code: 'MC103', message: `"${name}" is no host name.` });
      return this.#patterns.ofDomain({ value: name.startsWith('*.') ? `*.${ascii ?? plain}` : (ascii ?? plain), at });
    });
  }

  #checkNetworks(networks: readonly string[], at: LeafSource['at']): void {
    for (const network of networks)
      if (!createCidrTest(network))
        this.#report.error(at, { code: 'MC103', message: `"${network}" is no network such as 10.0.0.0/8.` });
  }
}

const toAnd = (parts: Expr[]): Expr => {
  const [only] = parts;
  return parts.length === 1 && only ? only : { and: parts };
};
