import { type Html, html } from '../../html/html.ts';
import { LocalClock } from '../local-clock.ts';
import type { Report } from '../report.ts';
import { noCounts, type Principal } from '../tally.ts';
import { busiest, nameCell, numberCell, restNote } from './text.ts';

const mostRows = 500;

function seenCells({ firstMs, lastMs }: Principal, clock: LocalClock): Html {
  return html`<td class="t">${clock.text(firstMs).slice(0, 16)}</td><td class="t">${clock.text(lastMs).slice(0, 16)}</td>`;
}

export function agentsSection({ tally, scope }: Report): Html {
  const clock = new LocalClock(scope.timeZone);
  const all = busiest(tally.agents.values());
  const shown = all.slice(0, mostRows);
  const rows = shown.map(
    (agent) =>
      html`<tr>${nameCell(agent)}${numberCell(agent.decisions)}${numberCell(agent.deny)}${numberCell(agent.others.size)}${seenCells(agent, clock)}</tr>`,
  );
  return html`<section id="agents"><h2>Agents</h2>${
    rows.length === 0
      ? html`<p>No agent called anything.</p>`
      : html`<table><caption>Who called, the busiest first</caption><thead><tr><th scope="col">Agent</th><th scope="col" class="n">Decisions</th><th scope="col" class="n">Denied</th><th scope="col" class="n">Humans</th><th scope="col">First call</th><th scope="col">Last call</th></tr></thead><tbody>${rows}</tbody></table>`
  }${restNote(shown.length, all.length, 'agents')}</section>`;
}

/** Decisions that name no human, by why. */
function unnamedRows({ tally }: Report): Html[] {
  const texts = [
    ['ambiguous', 'One of several humans', 'who are listed as possible; it is not known which'],
    ['unknown', 'Not known', 'no consent of the moment is known'],
    ['none', 'No human involved', 'the caller acts for nobody'],
  ] as const;
  return texts.flatMap(([attribution, text, note]) => {
    const { decisions, deny } = tally.byAttribution.get(attribution) ?? noCounts();
    if (decisions === 0) return [];
    return [
      html`<tr><th scope="row"><em>${text}</em><span class="key">${note}</span></th>${numberCell(decisions)}${numberCell(deny)}<td></td><td></td><td></td><td></td></tr>`,
    ];
  });
}

export function humansSection(report: Report): Html {
  const { tally, scope } = report;
  const clock = new LocalClock(scope.timeZone);
  const all = busiest(tally.humans.values());
  const shown = all.slice(0, mostRows);
  const rows = shown.map(
    (human) =>
      html`<tr>${nameCell(human)}${numberCell(human.decisions)}${numberCell(human.deny)}${numberCell(human.possible)}${numberCell(human.others.size)}${human.decisions === 0 ? html`<td></td><td></td>` : seenCells(human, clock)}</tr>`,
  );
  const unnamed = unnamedRows(report);
  return html`<section id="humans"><h2>Humans</h2>${
    rows.length + unnamed.length === 0
      ? html`<p>No decision was made under anybody's authority.</p>`
      : html`<table><caption>On whose authority, the busiest first. Possible: decisions that several humans may be behind, this one among them; they are not among the decisions beside</caption><thead><tr><th scope="col">Human</th><th scope="col" class="n">Decisions</th><th scope="col" class="n">Denied</th><th scope="col" class="n">Possible</th><th scope="col" class="n">Agents</th><th scope="col">First call</th><th scope="col">Last call</th></tr></thead><tbody>${rows}${unnamed}</tbody></table>`
  }${restNote(shown.length, all.length, 'humans')}</section>`;
}

export function serversSection({ tally }: Report): Html {
  const all = busiest([...tally.servers].map(([key, server]) => ({ key, ...server })));
  const shown = all.slice(0, mostRows);
  const rows = shown.map(
    ({ key, decisions, deny, tools }) =>
      html`<tr><th scope="row">${key || 'none named'}</th>${numberCell(decisions)}${numberCell(deny)}${numberCell(tools.size)}</tr>`,
  );
  if (rows.length === 0) return html``;
  return html`<section id="servers"><h2>Servers</h2><table><caption>What was called</caption><thead><tr><th scope="col">Server</th><th scope="col" class="n">Decisions</th><th scope="col" class="n">Denied</th><th scope="col" class="n">Tools</th></tr></thead><tbody>${rows}</tbody></table>${restNote(shown.length, all.length, 'servers')}</section>`;
}
