import { describe, expect, it } from 'vitest';
import { Problem } from '#server/platform/problem.ts';
import { renderTemplate } from './engine.ts';

const reasonOf = (source: string, variables = {}): unknown => {
  try {
    return renderTemplate(source, variables);
  } catch (error) {
    return error instanceof Problem ? { code: error.code, ...(error.body as object) } : error;
  }
};
const invalid = (more: object = {}) => expect.objectContaining({ code: 'template.invalid', ...more });

describe('templates', () => {
  it('178: compute, and refuse with the place what they do not know', () => {
    expect(renderTemplate('{{ 7 | times: 6 }}', {})).toBe('42');
    expect(reasonOf('one\n  {{ nobody }}')).toEqual(
      invalid({ line: 2, column: 6, reason: 'undefined variable: nobody' }),
    );
    expect(reasonOf('{{ a | shout }}', { a: 'x' })).toEqual(invalid({ line: 1 }));
    expect(reasonOf('{% if a %}')).toEqual(invalid({ line: 1 }));
    expect(reasonOf("{{ a | default('x') }}", { a: '' })).toEqual(invalid({ line: 1 }));
  });

  it('178: are bounded in length, depth, time and output', () => {
    expect(reasonOf('x'.repeat(200_001))).toEqual(invalid());
    expect(reasonOf('{% if true %}'.repeat(22) + '{% endif %}'.repeat(22))).toEqual(invalid());
    expect(reasonOf(`${'{% if true %}'.repeat(20)}x${'{% endif %}'.repeat(20)}`)).toBe('x');
    expect(reasonOf('{% if true %}'.repeat(9_000) + '{% endif %}'.repeat(9_000))).toEqual(invalid());
    expect(reasonOf('{% for i in (1..100000000) %}x{% endfor %}')).toEqual(invalid());
    const loop =
      '{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}';
    expect(reasonOf(loop)).toEqual(invalid());
    expect(reasonOf('{% for i in (1..300) %}{{ a }}{% endfor %}', { a: 'x'.repeat(1000) })).toEqual(invalid());
  });

  it('178: reach no constructor, no prototype and no file', () => {
    for (const path of ['a.constructor', 'a.__proto__', 'constructor', '__proto__', 'a["constructor"]'])
      expect(reasonOf(`{{ ${path} }}`, { a: 'x' })).toEqual(invalid());
    for (const file of ['/etc/passwd', 'package.json', '../package.json'])
      for (const tag of ['include', 'render', 'layout']) expect(reasonOf(`{% ${tag} '${file}' %}`)).toEqual(invalid());
  });

  it('179: values that contain template syntax are inserted as text', () => {
    expect(renderTemplate('{{ a }}', { a: '{{ b }}{% if %}' })).toBe('{{ b }}{% if %}');
    expect(renderTemplate('{{ a | upper }} {{ a | length }}', { a: 'ab' })).toBe('AB 2');
  });
});
