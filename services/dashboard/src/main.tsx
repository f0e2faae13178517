import { render } from 'preact';
import { App } from './app.tsx';
import { listenToKeys } from './keyboard.ts';
import { haveLanguage } from './language.ts';
import { pageAt } from './pages/page-at.ts';
import { followLinks } from './router/address.ts';
import 'uplot/dist/uPlot.min.css';
import './design/tokens.css';
import './design/base.css';
import './design/layout.css';
import './design/components.css';
import './design/data.css';
import './design/alerts.css';
import './design/rules.css';
import './design/hours.css';
import './design/report.css';

const place = document.getElementById('page');
if (place === null) throw new Error('index.html has no place for the page');
// While it is being found out who looks; where it cannot be loaded, that is told once it is to be shown.
pageAt(location.pathname)
  ?.entry.load()
  .catch(() => undefined);
haveLanguage();
followLinks();
listenToKeys();
render(<App />, place);
