import { useState } from 'preact/hooks';
import { endSilence, type Silence } from '../api/alert-questions.ts';
import { faultText } from '../api/change.ts';

interface EndSilenceProps {
  readonly silence: Silence;
  /** Told why not, or `''`. */
  readonly onEnded: (fault: string) => void;
}

/** Ends a silence before its time. */
export function EndSilence({ silence, onEnded }: EndSilenceProps) {
  const [isSending, setSending] = useState(false);
  const end = async () => {
    setSending(true);
    const failure = await endSilence(silence.id);
    setSending(false);
    onEnded(faultText(failure));
  };
  return (
    <button type="button" class="button" disabled={isSending} onClick={end} aria-label={`End now: ${silence.reason}`}>
      End now
    </button>
  );
}
