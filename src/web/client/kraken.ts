import { enhanceExplorer } from './explorer.ts';
import { watchFigures } from './figures.ts';
import { watchCounters } from './live.ts';

// The script of all pages. Each part looks for its own elements and does nothing on pages without them.
document.documentElement.classList.add('js');
watchFigures();
enhanceExplorer();
watchCounters();
