import type { CustomField } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';

/** The value of one of the board's own fields, by its type. */
export function FieldValue({ type, value }: { type: CustomField['field_type']; value: unknown }) {
  if (value === undefined || value === null) return <>{NONE}</>;
  if (type === 'boolean') return <>{value === true ? 'Yes' : 'No'}</>;
  if (type === 'json') return <JsonTree value={value} label="Value" />;
  const text = String(value);
  if (type === 'date_time') return <time dateTime={text}>{new Date(text).toLocaleString()}</time>;
  if (type === 'url' && /^https?:\/\//i.test(text))
    return (
      <a
        href={text}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="text-accent break-all hover:underline"
      >
        <ForeignText text={text} />
      </a>
    );
  return <ForeignText text={text} />;
}
