import { ChainTable } from '../entities/chain-table.tsx';
import { RemedyList } from '../entities/remedy-list.tsx';
import { hrefTo, useView } from '../state/view.ts';

/** The questions that operators ask, each with the page that answers it. */
const questions = [
  { text: 'Which tools did an agent call today?', path: '/agents', filters: { from: 'today', to: '' } },
  { text: 'Was this call allowed or denied, and why?', path: '/decisions', filters: {} },
  { text: 'What was denied, to whom, where and when?', path: '/decisions', filters: { decision: 'deny' } },
  {
    text: 'What did all agents do in the last 30 days?',
    path: '/',
    filters: { from: '-30d', to: '', agent: 'agent|*' },
  },
  { text: 'Why was this denied, and who has to change what?', path: '/decisions', filters: { decision: 'deny' } },
  { text: 'Which human authorized what this agent did?', path: '/agents', filters: {} },
  { text: 'Which agents touched a server, and for whom?', path: '/servers', filters: {} },
  { text: 'What changed in an agent’s access?', path: '/agents', filters: {} },
  { text: 'What was done under one human’s authority?', path: '/humans', filters: {} },
  { text: 'Which one change would remove most denials?', path: '/investigate', filters: {} },
] as const;

/** Where an investigation begins: the questions, what would remove denials, and who called what for whom. */
export default function Investigate() {
  const view = useView('-7d');
  return (
    <div class="page">
      <h1>Investigate</h1>
      <ol class="questions">
        {questions.map(({ text, path, filters }) => (
          <li key={text}>
            <a href={hrefTo(path, filters)}>{text}</a>
          </li>
        ))}
      </ol>
      <RemedyList view={view} />
      <ChainTable view={view} title="Who called what for whom" />
    </div>
  );
}
