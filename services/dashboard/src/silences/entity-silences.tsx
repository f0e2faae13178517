import type { Silence } from '../api/alert-questions.ts';
import { Icon } from '../components/icon.tsx';
import { Time } from '../components/words.tsx';
import { literal, readValue, valuesOf } from '../state/filters.ts';
import type { View } from '../state/view.ts';
import { EndSilence } from './end-silence.tsx';
import { MatcherTags } from './matcher-tags.tsx';
import { NewSilence } from './silence-form.tsx';
import { useSilenceWriting } from './use-silence-writing.ts';

interface EntitySilencesProps {
  readonly kind: 'agent' | 'human' | 'server';
  readonly entity: string;
  readonly view: View;
}

/** Whether a silence names the entity, itself and not by a beginning, and is or will be in force. */
function isAbout({ state, matcher }: Silence, { kind, entity }: EntitySilencesProps): boolean {
  const written = valuesOf([matcher[kind] ?? []].flat().join(','));
  const isNamed = written.map(readValue).some((it) => it.text === entity && !it.isNegated && !it.isPrefix);
  return isNamed && (state === 'active' || state === 'pending');
}

/** What is kept from being told of one agent, human or server, and the way to keep more or less: part of the page's head. */
export function EntitySilences(props: EntitySilencesProps) {
  const { kind, entity, view } = props;
  const { answer, mayOperate, isWriting, write, fault, ended, made } = useSilenceWriting();
  const those = (answer.body?.data ?? []).filter((silence) => isAbout(silence, props));
  if (those.length === 0 && !mayOperate) return null;
  const matcher = { [kind]: literal(entity), ...(view.env !== '' && { env: view.env }) };
  return (
    <>
      {mayOperate && !isWriting && (
        <button type="button" class="button is-quiet" onClick={write}>
          <Icon name="pause" /> Silence its alerts…
        </button>
      )}
      {(those.length > 0 || isWriting || fault !== '') && (
        <div class="entity-silences">
          {those.map((silence) => (
            <p key={silence.id} class="note is-warn act-foot">
              <span>
                Silenced until <Time at={silence.ends_at} zone={view.zone} /> by {silence.created_by}: {silence.reason}
              </span>
              <MatcherTags matcher={silence.matcher} />
              {mayOperate && <EndSilence silence={silence} onEnded={ended} />}
            </p>
          ))}
          {fault !== '' && (
            <p class="fault" role="alert">
              {fault}
            </p>
          )}
          {isWriting && <NewSilence matcher={matcher} zone={view.zone} onDone={made} />}
        </div>
      )}
    </>
  );
}
