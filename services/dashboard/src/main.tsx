import { render } from 'preact';
import { App } from './app.tsx';
import { listenToKeys } from './keyboard.ts';
import { haveLanguage } from './language.ts';
import { followLinks } from './router/address.ts';
import 'uplot/dist/uPlot.min.css';
import './design/tokens.css';
import './design/base.css';
import './design/layout.css';
import './design/components.css';
import './design/data.css';
import './design/hours.css';

const place = document.getElementById('page');
if (place === null) throw new Error('index.html has no place for the page');
haveLanguage();
followLinks();
listenToKeys();
render(<App />, place);
