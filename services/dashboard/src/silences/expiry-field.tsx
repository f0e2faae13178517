import { useState } from 'preact/hooks';
import { instantAt } from '../format/midnight.ts';
import { zoneLabel } from '../format/times.ts';

const lengths = [
  ['1h', '1 hour'],
  ['4h', '4 hours'],
  ['24h', '1 day'],
  ['7d', '7 days'],
  ['30d', '30 days'],
] as const;

export const usualLength = '4h';
const atTime = 'at';

interface ExpiryFieldProps {
  /** As the API takes it; `''` while no time is given. */
  readonly expires: string;
  readonly onExpires: (expires: string) => void;
  readonly zone: string;
}

/** How long something is to last: one of a few lengths, or up to a time in the zone of the page. */
export function ExpiryField({ expires, onExpires, zone }: ExpiryFieldProps) {
  const [time, setTime] = useState('');
  const isLength = lengths.some(([length]) => length === expires);
  const take = (text: string) => {
    setTime(text);
    const utcMs = Date.parse(`${text}Z`);
    onExpires(Number.isNaN(utcMs) ? '' : new Date(instantAt(utcMs, zone)).toISOString());
  };
  return (
    <>
      <label class="field">
        <span>For</span>
        <select
          name="length"
          value={isLength ? expires : atTime}
          onChange={({ currentTarget: { value } }) => (value === atTime ? take(time) : onExpires(value))}
        >
          {lengths.map(([length, name]) => (
            <option key={length} value={length}>
              {name}
            </option>
          ))}
          <option value={atTime}>until a time…</option>
        </select>
      </label>
      {!isLength && (
        <label class="field">
          <span>Until ({zoneLabel(zone)})</span>
          <input
            type="datetime-local"
            name="until"
            required
            value={time}
            onInput={({ currentTarget }) => take(currentTarget.value)}
          />
        </label>
      )}
    </>
  );
}
