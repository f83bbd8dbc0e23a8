import './styles/index.css';
import { render } from 'preact';
import { App } from './app.js';
import { startRouter } from './lib/router.js';

startRouter();
render(<App />, document.getElementById('app')!);
