import { type Html, html } from '../../html/html.ts';
import { LocalClock } from '../local-clock.ts';
import type { Report } from '../report.ts';
import { numberCell, numberText } from './text.ts';

/** What a count was taken from, in words. */
function sourcesText(levels: readonly string[]): string {
  if (levels.length === 0) return 'sums where they hold, and the stored decisions elsewhere';
  const sums = levels.filter((level) => level !== 'raw').map((level) => level.replaceAll('_', ' '));
  const parts = [
    ...(sums.length === 0 ? [] : [`proven sums (by ${sums.join(', ')})`]),
    ...(levels.includes('raw') ? ['the stored decisions'] : []),
  ];
  return parts.join(' and ');
}

export function filesSection({ files, scope, readFromMs, readToMs, crossCheck }: Report): Html {
  const clock = new LocalClock(scope.timeZone);
  const rows = files.map(
    ({ name, rows: count, bytes, sha256 }) =>
      html`<tr><th scope="row">${name}</th>${numberCell(count)}${numberCell(bytes)}<td><code>${sha256}</code></td></tr>`,
  );
  return html`<section id="files"><h2>Files and how this was made</h2>
<table><caption>Beside this page in the archive; <code>manifest.json</code> lists them all, this page too</caption><thead><tr><th scope="col">File</th><th scope="col" class="n">Rows</th><th scope="col" class="n">Bytes</th><th scope="col">SHA-256</th></tr></thead><tbody>${rows}</tbody></table>
<ul>
<li>Decisions are in pairs of a CSV and a Parquet file with the same rows, newest first, a million rows each at most, so that a spreadsheet opens every CSV. Their times are UTC; <code>local_time</code> is ${scope.timeZone}.</li>
<li>Rows were read from ${clock.text(readFromMs)} to ${clock.text(readToMs)}. Each is as it stood when it was read, and went into both files and into the counts of this page at once: they cannot differ from each other. What arrived later is not in here.</li>
<li>The second count was taken from ${sourcesText(crossCheck.levels)}.</li>
<li>In CSV a cell that begins with = + - @ a tab, a line break or ' has a ' in front, so that no spreadsheet runs it; without a leading ' it is what it was.</li>
<li>Humans are those who were found behind a decision as of its own time; what becomes known later may name another. ${numberText(files.reduce((sum, { rows: count }) => sum + count, 0))} rows in all files.</li>
</ul></section>`;
}
