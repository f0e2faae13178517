import { useState } from 'preact/hooks';
import { useSilences } from '../api/alert-questions.ts';
import { useMay } from '../state/access.ts';

/** The silences, and what whoever may operate does to them: one being written, and why one could not be ended. */
export function useSilenceWriting() {
  const answer = useSilences();
  const mayOperate = useMay('operate');
  const [isWriting, setWriting] = useState(false);
  const [fault, setFault] = useState('');
  return {
    answer,
    mayOperate,
    isWriting,
    write: () => setWriting(true),
    fault,
    ended: (said: string) => {
      setFault(said);
      answer.again();
    },
    made: (isMade: boolean) => {
      setWriting(false);
      if (isMade) answer.again();
    },
  };
}
